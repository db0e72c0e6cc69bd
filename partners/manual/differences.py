"""How one edition of the manual differs from the next: what came, what went, what changed, field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from partners.manual.contents import LINES, Entry, Manual, Partner

CAME, WENT, CHANGED = "came", "went", "changed"
KINDS = {
    "center": "Centers",
    "program": "Programs",
    "partner": "Partners",
    "service": "Services",
    "term": "The common language",
}
# What "changed" is called in a line of the summary, for one and for many.
ONE = {"center": "center", "program": "program", "partner": "partner", "service": "service", "term": "term"}


@dataclass(frozen=True)
class Difference:
    """One thing that came, went or changed; ``of`` is the partner of a service."""

    kind: str
    what: str
    id: int
    name: str
    of: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Difference":
        """Return a difference out of what an edition keeps."""
        return cls(**data | {"fields": tuple(tuple(row) for row in data["fields"])})

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can keep it."""
        return asdict(self)


def differences(old: Manual, new: Manual) -> list[Difference]:
    """Return what differs, in the order of the manual. Rows are known again by their ids, so a new name is a change.

    When and by whom a service was confirmed is no difference: it stands beside each service.
    """
    return [
        *_compare("center", old.centers, new.centers),
        *(found for found in _compare("program", old.programs, new.programs) if found.what == CHANGED),
        *_compare("partner", old.partners, new.partners),
        *_services(old, new),
        *_compare("term", old.terms, new.terms),
    ]


def _services(old: Manual, new: Manual) -> Iterator[Difference]:
    """Compare the services of partners that are in both; those that came or went with their partner stand there."""
    before = {partner.id: partner for partner in old.partners}
    for partner in new.partners:
        if known := before.get(partner.id):
            yield from _compare("service", known.services, partner.services, of=partner.name)


def _compare(kind: str, old: Iterable[Entry], new: Iterable[Entry], of: str = "") -> Iterator[Difference]:
    before, after = ({entry.id: entry for entry in entries} for entries in (old, new))
    for id_, entry in after.items():
        if id_ not in before:
            yield Difference(kind, CAME, id_, entry.name, of, _brought(entry, came=True))
        elif fields := tuple(_fields(before[id_], entry)):
            yield Difference(kind, CHANGED, id_, entry.name, of, fields)
    for id_, entry in before.items():
        if id_ not in after:
            yield Difference(kind, WENT, id_, entry.name, of, _brought(entry, came=False))


def _brought(entry: Entry, *, came: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the services that come and go with a partner."""
    if not isinstance(entry, Partner) or not entry.services:
        return ()
    names = "\n".join(service.name for service in entry.services)
    return (("Services", "", names) if came else ("Services", names, ""),)


def _fields(old: Entry, new: Entry) -> Iterator[tuple[str, str, str]]:
    for (before, _), (after, _) in zip(old.told(), new.told(), strict=True):
        if before.lines != after.lines:
            between = "\n" if after.kind == LINES else "; "
            yield after.label, between.join(before.lines), between.join(after.lines)


# ---------------------------------------------------------------- To be read
@dataclass(frozen=True)
class Chapter:
    """The differences of one kind, under a title."""

    title: str
    came: list[Difference]
    went: list[Difference]
    changed: list[Difference]


def chapters(found: Iterable[Difference]) -> list[Chapter]:
    """Return differences by their kinds, in the order of the manual."""
    order = list(KINDS)
    told = []
    for kind, group in groupby(sorted(found, key=lambda each: order.index(each.kind)), key=lambda each: each.kind):
        rows = list(group)
        came, went, changed = ([row for row in rows if row.what == what] for what in (CAME, WENT, CHANGED))
        told.append(Chapter(KINDS[kind], came, went, changed))
    return told


def in_words(found: Iterable[Difference]) -> str:
    """Return how much differs, in one line: "2 partners came, 1 went; 5 services changed"."""
    said = []
    for kind, group in groupby(found, key=lambda each: each.kind):
        rows = list(group)
        counts = [(sum(row.what == what for row in rows), what) for what in (CAME, WENT, CHANGED)]
        first, *rest = [(number, what) for number, what in counts if number]
        noun = ONE[kind] if first[0] == 1 else f"{ONE[kind]}s"
        said.append(", ".join([f"{first[0]} {noun} {first[1]}", *(f"{number} {what}" for number, what in rest)]))
    return "; ".join(said)
