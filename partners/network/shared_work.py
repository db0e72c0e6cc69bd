"""What partners do together, as far as it is recorded: each app registers its kinds, and the network map reads them.

A tie between two partners is a thing that both take part in: an agreement, a meeting, a goal, a center. Nobody fills in
a survey, and every tie has a date.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise

from partners.models import LocalArea

Stay = tuple[date | None, date | None]  # the first and the last day, as far as they are known


@dataclass(frozen=True)
class SharedThing:
    """One thing with the ids of the partners that take part in it, and the days from which and until which they do.

    Its name and page are only for those who may see it (:func:`visible_things`); that it ties partners is no secret.
    ``first_on`` is ``date.min`` if nobody knows. ``stays`` has the days from which and until which single partners took
    part; all others did the whole time.
    """

    kind: str
    key: int
    name: str
    url: str
    partnerships: frozenset[int]
    first_on: date
    last_on: date | None = None
    stays: Mapping[int, Sequence[Stay]] = field(default_factory=dict, compare=False)

    def within(self, first: date, last: date) -> "SharedThing":
        """Return it with those who took part in these days: with nobody, if it was not then."""
        if self.first_on > last or (self.last_on is not None and self.last_on < first):
            return replace(self, partnerships=frozenset())
        there = frozenset(pk for pk in self.partnerships if self._took_part(pk, first, last))
        if there == self.partnerships and self.first_on != date.min:
            return self
        return replace(self, partnerships=there, first_on=first if self.first_on == date.min else self.first_on)

    def _took_part(self, partnership: int, first: date, last: date) -> bool:
        return partnership not in self.stays or any(
            (begins is None or begins <= last) and (ends is None or ends >= first)
            for begins, ends in self.stays[partnership]
        )


@dataclass(frozen=True)
class SharedKind:
    """A kind of shared things: "agreements", and how those of an area in some days are read.

    ``read`` takes an area and a first and last day, and returns the things of those days in a fixed number of queries,
    such that :meth:`SharedThing.within` says who shared them in fewer days.
    ``visible`` takes ids of things and a person, and returns the ids of those whose name the person may see, in one
    query. ``one`` and ``many`` are the words for a count: "agreement", "agreements".
    """

    code: str
    label: str | Promise
    one: str | Promise
    many: str | Promise
    read: Callable[[LocalArea, date, date], Iterable[SharedThing]]
    visible: Callable[[Collection[int], Any], Iterable[int]]
    position: int = 0


_kinds: dict[str, SharedKind] = {}


def register_shared(kind: SharedKind) -> None:
    """Add a kind; called when the project starts."""
    _kinds[kind.code] = kind


def shared_kinds() -> list[SharedKind]:
    """Return all kinds, in their order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.position, kind.code))


def shared_in(area: LocalArea, first: date, last: date, *, kinds: Iterable[str] = ()) -> list[SharedThing]:
    """Return what at least two partners of an area shared in these days; a fixed number of queries for each kind."""
    wanted = set(kinds)
    found = [
        thing.within(first, last)
        for kind in shared_kinds()
        if not wanted or kind.code in wanted
        for thing in kind.read(area, first, last)
    ]
    return [thing for thing in found if len(thing.partnerships) > 1]


def visible_things(things: Iterable[SharedThing], user: Any) -> set[tuple[str, int]]:
    """Return which things the person may see by name, as pairs of kind and key; one query a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for thing in things:
        ids[thing.kind].add(thing.key)
    return {(kind, key) for kind, keys in ids.items() for key in _kinds[kind].visible(keys, user)}
