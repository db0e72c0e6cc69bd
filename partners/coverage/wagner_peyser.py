"""Where an area provides the Wagner-Peyser Employment Service (20 CFR 678.315): the facts of its two rules.

It has no office of its own. In an affiliate center, other partners' staff are present more than half of the time.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet

from onestop.ui.written_queries import written_once
from partners.models import (
    Center,
    LocalArea,
    Location,
    Partnership,
    Presence,
    ProgramAccess,
    Rhythm,
    ServiceCenter,
    ServiceLocation,
)
from partners.models.places import Place

WAGNER_PEYSER = "wagner-peyser"
# Partners of these programs do not count as other partners: 678.315(b) names veterans' staff and unemployment benefits.
NO_COMPANY = {WAGNER_PEYSER, "jvsg", "unemployment"}
OPEN_HOURS = 40  # a week; the opening hours of a center are free text

Key = tuple[int, int]  # a partnership and a center, or a program and a center


@dataclass(frozen=True)
class Office:
    """A location of a Wagner-Peyser partner outside the centers, and whether its services are given there."""

    location: Location
    has_services: bool


@dataclass(frozen=True)
class AffiliateSite:
    """An affiliate center with Wagner-Peyser services, and the hours a week with staff of other partners."""

    center: Center
    hours: float

    @property
    def is_met(self) -> bool:
        """Whether other partners are present more than half of the time."""
        return self.hours > OPEN_HOURS / 2


@dataclass(frozen=True)
class WagnerPeyser:
    """The places of the program in an area; ``is_here`` if it has a partner."""

    is_here: bool
    offices: list[Office]
    affiliates: list[AffiliateSite]


class Places:
    """The locations of some Wagner-Peyser partners, and the centers with their services.

    Three queries, when one of them is first asked for.
    """

    def __init__(self, partners: frozenset[int]) -> None:
        self._partners = partners

    @cached_property
    def served(self) -> set[Key]:
        """The locations where its services are given, each with the area."""
        return {(row["area"], row["location_id"]) for row in _locations_with_services(self._partners).rows()}

    @cached_property
    def locations(self) -> list[Location]:
        """The locations of its partners, and others where its services are given."""
        others = frozenset(location for _area, location in self.served)
        locations: list[Location] = _locations_of(self._partners, others).objects()
        return locations

    @cached_property
    def centers(self) -> set[int]:
        """The centers where its services are given."""
        return {row["center_id"] for row in _centers_with_services(self._partners).rows()}

    def in_area(self, area: LocalArea) -> list[Location]:
        """Return the locations of an area's own partners, and others where its services are given."""
        return [
            location
            for location in self.locations
            if (location.partnership and location.partnership.area_id == area.pk)
            or (area.pk, location.pk) in self.served
        ]


@written_once
def _locations_with_services(partners: frozenset[int]) -> QuerySet[Any, Any]:
    rows = ServiceLocation.objects.filter(_services_of(partners), location__archived_at=None)
    return rows.values("location_id", area=F("service__partnership__area"))


@written_once
def _locations_of(partners: frozenset[int], others: frozenset[int]) -> QuerySet[Location]:
    rows = Location.objects.current().filter(Q(partnership__in=partners) | Q(pk__in=others))
    return rows.select_related("organization", "partnership").order_by("name", "pk")


@written_once
def _centers_with_services(partners: frozenset[int]) -> QuerySet[Any, Any]:
    return ServiceCenter.objects.filter(_services_of(partners)).values("center_id")


def _services_of(partners: frozenset[int]) -> Q:
    """Return the condition of links to current Wagner-Peyser services of these partners."""
    current = {"service__programs__code": WAGNER_PEYSER, "service__archived_at": None}
    return Q(service__partnership__in=partners, **current)


def where_provided(
    area: LocalArea,
    centers: Collection[Center],
    partners: Iterable[tuple[Partnership, set[str]]],
    scheduled: Mapping[Key, list[Presence]],
    recorded: Mapping[Key, list[ProgramAccess]],
    places: Places,
) -> WagnerPeyser:
    """Return where the program is provided, given the active partners with the codes of their programs; no queries."""
    own = [partner for partner, codes in partners if WAGNER_PEYSER in codes]
    if not own:
        return WagnerPeyser(False, [], [])
    company = [partner for partner, codes in partners if not codes & NO_COMPANY]
    doors = {_door(center) for center in centers if center.kind != Center.Kind.SPECIALIZED}
    offices = [
        Office(location, (area.pk, location.pk) in places.served)
        for location in places.in_area(area)
        if location.street and _door(location) not in doors
    ]
    staffed = _staffed(recorded)
    affiliates = []
    for center in centers:
        is_there = center.pk in places.centers or any(
            (partner.pk, center.pk) in scheduled or (partner.pk, center.pk) in staffed[WAGNER_PEYSER] for partner in own
        )
        if center.kind == Center.Kind.AFFILIATE and is_there:
            presences = [row for partner in company for row in scheduled.get((partner.pk, center.pk), [])]
            always = any((partner.pk, center.pk) in staffed[""] for partner in company)
            affiliates.append(AffiliateSite(center, OPEN_HOURS if always else together_hours(presences)))
    return WagnerPeyser(True, offices, affiliates)


def together_hours(presences: Iterable[Presence]) -> float:
    """Return the hours a week in which at least one of these is present; monthly hours do not count."""
    minutes: dict[int, set[int]] = defaultdict(set)
    for one in presences:
        if one.rhythm == Rhythm.WEEKLY:
            start, end = (at.hour * 60 + at.minute for at in (one.starts_at, one.ends_at))
            minutes[one.weekday].update(range(start, end))
    return sum(map(len, minutes.values())) / 60


def _staffed(recorded: Mapping[Key, list[ProgramAccess]]) -> dict[str, set[Key]]:
    """Return the partners and centers with program staff but no hours: of any program (""), and by program code."""
    found: dict[str, set[Key]] = defaultdict(set)
    for rows in recorded.values():
        for row in rows:
            if row.mode == ProgramAccess.Mode.STAFF:
                found[""].add((row.partnership_id, row.center_id))
                found[row.program.code].add((row.partnership_id, row.center_id))
    return found


def _door(place: Place) -> str:
    """Return an address in a form that can be compared: "200centerstreet riverbend"."""
    return " ".join(re.sub(r"[^a-z0-9]", "", part.casefold()) for part in (place.street, place.city))
