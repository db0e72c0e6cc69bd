"""Differences between two editions of the manual: what was added, removed and changed, by field."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.manual.contents import LINES, Entry, Manual, Partner

CAME, WENT, CHANGED = "came", "went", "changed"
KINDS = {
    "center": _("Centers"),
    "program": _("Programs"),
    "partner": _("Partners"),
    "service": _("Services"),
    "term": _("Glossary"),
}


@dataclass(frozen=True)
class Difference:
    """An item that was added, removed or changed; ``of`` is the partner of a service."""

    kind: str
    what: str
    id: int
    name: str
    of: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Difference":
        """Return a difference from the stored changes of an edition."""
        return cls(**data | {"fields": tuple(tuple(row) for row in data["fields"])})

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON data."""
        return asdict(self)


def differences(old: Manual, new: Manual) -> list[Difference]:
    """Return the differences in the order of the manual. Items are matched by id, so a new name is a change.

    Confirmations of services are not compared.
    """
    return [
        *_compare("center", old.centers, new.centers),
        *(found for found in _compare("program", old.programs, new.programs) if found.what == CHANGED),
        *_compare("partner", old.partners, new.partners),
        *_services(old, new),
        *_compare("term", old.terms, new.terms),
    ]


def _services(old: Manual, new: Manual) -> Iterator[Difference]:
    """Compare the services of partners that are in both; others are listed with their partner."""
    before = {partner.id: partner for partner in old.partners}
    for partner in new.partners:
        if known := before.get(partner.id):
            yield from _compare("service", known.services, partner.services, of=partner.name)


def _compare(kind: str, old: Iterable[Entry], new: Iterable[Entry], of: str = "") -> Iterator[Difference]:
    before, after = ({entry.id: entry for entry in entries} for entries in (old, new))
    for id_, entry in after.items():
        if id_ not in before:
            yield Difference(kind, CAME, id_, entry.name, of, _services_of(entry, came=True))
        elif fields := tuple(_fields(before[id_], entry)):
            yield Difference(kind, CHANGED, id_, entry.name, of, fields)
    for id_, entry in before.items():
        if id_ not in after:
            yield Difference(kind, WENT, id_, entry.name, of, _services_of(entry, came=False))


def _services_of(entry: Entry, *, came: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the services that were added or removed with a partner."""
    if not isinstance(entry, Partner) or not entry.services:
        return ()
    names = "\n".join(service.name for service in entry.services)
    return ((gettext("Services"), "", names) if came else (gettext("Services"), names, ""),)


def _fields(old: Entry, new: Entry) -> Iterator[tuple[str, str, str]]:
    for (before, _is_aside), (after, _is_aside) in zip(old.all_answers(), new.all_answers(), strict=True):
        if before.lines != after.lines:
            between = "\n" if after.kind == LINES else "; "
            yield after.label, between.join(before.lines), between.join(after.lines)


# ---------------------------------------------------------------- Display
@dataclass(frozen=True)
class Chapter:
    """The differences of one kind, under a title."""

    title: str | Promise
    came: list[Difference]
    went: list[Difference]
    changed: list[Difference]


def chapters(found: Iterable[Difference]) -> list[Chapter]:
    """Return the differences grouped by kind, in the order of the manual."""
    order = list(KINDS)
    found_chapters = []
    for kind, group in groupby(sorted(found, key=lambda each: order.index(each.kind)), key=lambda each: each.kind):
        rows = list(group)
        came, went, changed = ([row for row in rows if row.what == what] for what in (CAME, WENT, CHANGED))
        found_chapters.append(Chapter(KINDS[kind], came, went, changed))
    return found_chapters


def in_words(found: Iterable[Difference]) -> str:
    """Return a summary: "2 partners added, 1 partner removed, 5 services changed"."""
    counts = Counter((each.kind, each.what) for each in found)
    pairs = ((kind, what) for kind in KINDS for what in (CAME, WENT, CHANGED))
    return ", ".join(_count(kind, what, counts[kind, what]) for kind, what in pairs if counts[kind, what])


def _count(kind: str, what: str, number: int) -> str:
    words = {
        ("center", CAME): ngettext("%(number)s center added", "%(number)s centers added", number),
        ("center", WENT): ngettext("%(number)s center removed", "%(number)s centers removed", number),
        ("center", CHANGED): ngettext("%(number)s center changed", "%(number)s centers changed", number),
        ("program", CAME): ngettext("%(number)s program added", "%(number)s programs added", number),
        ("program", WENT): ngettext("%(number)s program removed", "%(number)s programs removed", number),
        ("program", CHANGED): ngettext("%(number)s program changed", "%(number)s programs changed", number),
        ("partner", CAME): ngettext("%(number)s partner added", "%(number)s partners added", number),
        ("partner", WENT): ngettext("%(number)s partner removed", "%(number)s partners removed", number),
        ("partner", CHANGED): ngettext("%(number)s partner changed", "%(number)s partners changed", number),
        ("service", CAME): ngettext("%(number)s service added", "%(number)s services added", number),
        ("service", WENT): ngettext("%(number)s service removed", "%(number)s services removed", number),
        ("service", CHANGED): ngettext("%(number)s service changed", "%(number)s services changed", number),
        ("term", CAME): ngettext("%(number)s term added", "%(number)s terms added", number),
        ("term", WENT): ngettext("%(number)s term removed", "%(number)s terms removed", number),
        ("term", CHANGED): ngettext("%(number)s term changed", "%(number)s terms changed", number),
    }
    return words[kind, what] % {"number": number}
