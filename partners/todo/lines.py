"""How the lists of needs are kept short: a few are named, one line counts or opens the rest."""

from onestop.ui.todo import TodoItem

NAMED = 3  # so many are named one by one; the rest is counted


def see_all(kind: str, what: str, url: str, why: str = "") -> TodoItem:
    """Return the line that opens all that were not named."""
    return TodoItem(kind, "list-ul", what, why, url, "See all")
