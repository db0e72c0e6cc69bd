"""The locations that rows of a file speak of, among those an organization has and those the file adds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from partners.importing import cells
from partners.importing.columns import Field
from partners.importing.planning import Finder, ReadRow, empty, show
from partners.models import LocalArea, Location, Partnership

MAIN_OFFICE = "Main office"


def shared_organizations(area: LocalArea, organization_ids: Iterable[int]) -> set[int]:
    """Return which of these organizations are partners in another area too: no area's file changes their facts."""
    elsewhere = Partnership.objects.current().filter(organization__in=list(organization_ids)).exclude(area=area)
    return set(elsewhere.values_list("organization_id", flat=True))


@dataclass
class PlannedPlace:
    """A location, there or to be made, and what the file says of it."""

    owner: Any  # the organization: its id, or the key of one to be made
    name: str
    location: Location | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, tuple[Any, int]] = field(default_factory=dict)  # by which row

    @property
    def ref(self) -> Any:
        """What rows remember it by."""
        return self.location.pk if self.location else (self.owner, cells.key(self.name))


class PlaceBook:
    """Finds places by name or street; the first row that says something of a place is right."""

    def __init__(self, fields: Sequence[Field], area: LocalArea, organization_ids: Iterable[int]) -> None:
        """Read the locations of these organizations, as far as they are the area's or the whole organization's."""
        organization_ids = list(organization_ids)
        self.shared = shared_organizations(area, organization_ids)
        self.fields = [item for item in fields if item.part == "place" and item.name != "name"]
        self.planned: list[PlannedPlace] = []
        self._names: dict[Any, Finder] = defaultdict(Finder)
        self._of: dict[Any, list[PlannedPlace]] = defaultdict(list)
        self._refs: dict[Any, PlannedPlace] = {}
        here = Q(partnership=None) | Q(partnership__area=area)
        # The area's own go first where two have the same name.
        known = Location.objects.filter(here, organization__in=organization_ids)
        for location in known.order_by(F("partnership").asc(nulls_last=True), "pk"):
            self._keep(PlannedPlace(location.organization_id, location.name, location))

    def of(self, owner: Any) -> list[PlannedPlace]:
        """Return the places of an organization that are in use, oldest first."""
        return [place for place in self._of[owner] if place.location is None or not place.location.is_archived]

    def named(self, owner: Any, name: str) -> PlannedPlace | None:
        """Return the place of that name."""
        found = self._names[owner].find(name)
        return found[0] if found else None

    def get(self, ref: Any) -> PlannedPlace | None:
        """Return the place that rows remember."""
        return self._refs.get(ref)

    def at_street(self, owner: Any, street: str) -> PlannedPlace | None:
        """Return the place at that address."""
        wanted = cells.key(street)
        for place in self.of(owner):
            known = place.writes.get("street") or (place.location.street if place.location else "")
            if known and cells.key(known) == wanted:
                return place
        return None

    def plan(
        self, row: ReadRow, owner: Any, place: PlannedPlace | None, name: str
    ) -> tuple[PlannedPlace, list[list[str]]]:
        """Return the place and what the row changes about it; make it if there is none."""
        changes: list[list[str]] = []
        if place is None:
            place = PlannedPlace(owner, name, writes={"name": name})
            self._keep(place)
            changes.append(["Location", "", name])
        stated = [item for item in self.fields if item.code in row.values]
        if self._is_kept_elsewhere(place):
            if stated:
                row.remarks.append(f"The location “{place.name}” belongs to the whole organization; it stays as it is.")
            return place, changes
        for item in stated:
            changes.extend(self._state(row, place, item))
        if place.writes and place not in self.planned:
            self.planned.append(place)
        return place, changes

    def _is_kept_elsewhere(self, place: PlannedPlace) -> bool:
        return bool(place.location and place.location.partnership_id is None and place.owner in self.shared)

    def _state(self, row: ReadRow, place: PlannedPlace, item: Field) -> list[list[str]]:
        after = row.values[item.code]
        if (
            item.code in row.partial and place.location is not None
        ):  # what is not understood must not push out what is there
            after = [
                *getattr(place.location, item.name),
                *(v for v in after if v not in getattr(place.location, item.name)),
            ]
        if item.name in place.stated:
            said, line = place.stated[item.name]
            if cells.comparable(said, item.reader) != cells.comparable(after, item.reader):
                row.remarks.append(
                    f"{item.label} of {place.name}: row {line} says “{show(item, said)}”; that was kept."
                )
            return []
        place.stated[item.name] = (after, row.line)
        before = getattr(place.location, item.name) if place.location else empty(item)
        if cells.comparable(before, item.reader) == cells.comparable(after, item.reader):
            return []
        place.writes[item.name] = after
        return [[f"{place.name}: {item.label}", show(item, before), show(item, after)]]

    def _keep(self, place: PlannedPlace) -> None:
        self._names[place.owner].add(place.name, place)
        self._of[place.owner].append(place)
        self._refs[place.ref] = place
