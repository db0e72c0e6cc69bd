"""Facts of partners in the manual that other apps know, such as the ways of referral that agreements name."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

Find = Callable[[Collection[int], date], Mapping[int, Sequence[str]]]

_facts: dict[str, Find] = {}


def register_facts(name: str, find: Find) -> None:
    """Fill a field of ``contents.Partner``, of lines of text: ``find`` returns them by the ids of partnerships."""
    _facts[name] = find


def facts_of(partnerships: Collection[int], *, today: date) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return the lines of each registered field, by the id of the partnership."""
    found: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for name, find in _facts.items():
        for partnership, lines in find(partnerships, today).items():
            found[partnership][name] = tuple(lines)
    return found
