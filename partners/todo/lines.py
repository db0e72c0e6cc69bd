"""Keep to-do lists short: a few items are named one by one, one line counts or opens the rest."""

from onestop.ui.todo import TodoItem

NAMED = 3  # items named one by one; the rest is counted


def see_all(kind: str, what: str, url: str, do: str, why: str = "") -> TodoItem:
    """Return the item that opens the list of those that were not named."""
    return TodoItem(kind, "list-ul", what, why, url, do)
