"""What other apps offer as the draft of a practice, such as a question that was answered well.

The form of a new practice is filled from ``?from=<source>-<id>``; nothing is saved before the person sends it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from onestop.ops.request_numbers import whole_number
from partners.models import LocalArea

FindDraft = Callable[[LocalArea, Any, int], Mapping[str, Any] | None]
_sources: dict[str, FindDraft] = {}


def register_drafts(source: str, find: FindDraft) -> None:
    """Add a source; ``find`` takes the area, the user and an id, and returns the values of the form, or nothing."""
    _sources[source] = find


def find_draft(area: LocalArea, user: Any, named: str) -> Mapping[str, Any]:
    """Return the values of the form that an address names; empty if there is nothing that the user may see."""
    source, _dash, pk = named.partition("-")
    find, number = _sources.get(source), whole_number(pk)
    return (find(area, user, number) or {}) if find and number else {}
