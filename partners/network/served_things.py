"""What the work of a meeting may serve: agreements, goals and whatever else apps above this one register.

The apps do not import each other: each registers its kind here, and stores what it serves as text, "agreement:12".
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from onestop.ops.request_numbers import whole_number
from partners.models import LocalArea


@dataclass(frozen=True)
class Served:
    """One thing that is served: its name, and its page."""

    name: str
    url: str


@dataclass(frozen=True)
class ServedKind:
    """One kind of things: those of an area that a person may choose, and those with some ids that a person may see."""

    code: str
    label: str | Promise
    choices: Callable[[LocalArea, Any], Sequence[tuple[int, str]]]
    read: Callable[[Collection[int], Any], Mapping[int, Served]]


_kinds: dict[str, ServedKind] = {}


def register_served(kind: ServedKind) -> None:
    """Add a kind; called when the project starts."""
    _kinds[kind.code] = kind


def served_choices(area: LocalArea | None, user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be chosen in an area, by kind; one query a kind."""
    if area is None:
        return []
    found = []
    for kind in _kinds.values():
        if choices := [(f"{kind.code}:{pk}", name) for pk, name in kind.choices(area, user)]:
            found.append((str(kind.label), choices))
    return found


def read_served(texts: Collection[str], user: Any) -> dict[str, Served]:
    """Return what is served by its text, as far as the person may see it; one query a kind."""
    ids: dict[str, dict[int, str]] = {}
    for text in texts:
        code, _colon, number = text.partition(":")
        if code in _kinds and (pk := whole_number(number)):
            ids.setdefault(code, {})[pk] = text
    return {
        wanted[pk]: served
        for code, wanted in ids.items()
        for pk, served in _kinds[code].read(list(wanted), user).items()
    }
