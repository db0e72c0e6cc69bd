"""Which of pytest's processes runs a test, and when: groups stay together, and the longest come first."""

import pytest

# Demos need no database of the tests: one process starts them while another makes that database.
FIRST = ("starts_a_demo", "long")


def keep_groups_together(items: list[pytest.Item]) -> None:
    """Give each test that id from which pytest-xdist learns its group.

    pytest-xdist 3.8 writes it into an attribute that pytest 9.2 does not read any longer, and then ignores all groups.
    """
    for item in items:
        named = getattr(item, "_nodeid", item.nodeid)
        if named != item.nodeid:
            item._id = type(item.id).parse(named)


def start_the_longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by how early they should start, lest one process does the last of them alone at the end."""
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in FIRST])
