"""The locations in the rows of a file: existing ones of organizations, and new ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from partners.importing import cells
from partners.importing.kinds import Field
from partners.importing.planning import Finder, ReadRow, empty, show
from partners.models import LocalArea, Location, Partnership

MAIN_OFFICE = "Main office"  # no translation: a name in the database


def shared_organizations(area: LocalArea, organization_ids: Iterable[int]) -> set[int]:
    """Return the organizations that are also partners in other areas; a file does not change their facts."""
    elsewhere = Partnership.objects.current().filter(organization__in=list(organization_ids)).exclude(area=area)
    return set(elsewhere.values_list("organization_id", flat=True))


@dataclass
class PlannedPlace:
    """An existing or new location, with the values of the file."""

    owner: Any  # the organization: its id, or the key of a new one
    name: str
    location: Location | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, tuple[Any, int]] = field(default_factory=dict)  # value and row number by field

    @property
    def street(self) -> str:
        """Return its street address, as it is saved or as the file has it."""
        return str(self.writes.get("street") or (self.location.street if self.location else ""))

    @property
    def ref(self) -> Any:
        """Return the reference that rows keep."""
        return self.location.pk if self.location else (self.owner, cells.key(self.name))


class PlaceBook:
    """Find places by name or street; the first row with a value for a place wins."""

    def __init__(self, fields: Sequence[Field], area: LocalArea, organization_ids: Iterable[int]) -> None:
        """Read the locations of organizations that belong to the area or to the whole organization."""
        organization_ids = list(organization_ids)
        self.shared = shared_organizations(area, organization_ids)
        self.fields = [item for item in fields if item.part == "place" and item.name != "name"]
        self.planned: dict[Any, PlannedPlace] = {}  # by reference
        self._names: dict[Any, Finder] = defaultdict(Finder)
        self._of: dict[Any, list[PlannedPlace]] = defaultdict(list)
        self._refs: dict[Any, PlannedPlace] = {}
        here = Q(partnership=None) | Q(partnership__area=area)
        # Locations of the area come first where two have the same name.
        known = Location.objects.filter(here, organization__in=organization_ids)
        for location in known.order_by(F("partnership").asc(nulls_last=True), "pk"):
            self._keep(PlannedPlace(location.organization_id, location.name, location))

    def of(self, owner: Any) -> list[PlannedPlace]:
        """Return the current places of an organization, the oldest first."""
        return [place for place in self._of[owner] if place.location is None or not place.location.is_archived]

    def named(self, owner: Any, name: str) -> PlannedPlace | None:
        """Return the place with this name."""
        found = self._names[owner].find(name)
        return found[0] if found else None

    def get(self, ref: Any) -> PlannedPlace | None:
        """Return the place with this reference."""
        return self._refs.get(ref)

    def at_street(self, owner: Any, street: str) -> PlannedPlace | None:
        """Return the place at this street address."""
        wanted = cells.key(street)
        for place in self.of(owner):
            if place.street and cells.key(place.street) == wanted:
                return place
        return None

    def plan(
        self, row: ReadRow, owner: Any, place: PlannedPlace | None, name: str
    ) -> tuple[PlannedPlace, list[list[str]]]:
        """Return the place and the changes of the row; create it if there is none."""
        changes: list[list[str]] = []
        if place is None:
            place = PlannedPlace(owner, name, writes={"name": name})
            self._keep(place)
            changes.append([_("Location"), "", name])
        stated = [item for item in self.fields if item.code in row.values]
        if self._is_kept_elsewhere(place):
            if stated:
                row.remark(
                    _("The location “%(location)s” belongs to the whole organization and was not changed.")
                    % {"location": place.name}
                )
            return place, changes
        for item in stated:
            changes.extend(self._state(row, place, item))
        if place.writes:
            self.planned[place.ref] = place
        return place, changes

    def _is_kept_elsewhere(self, place: PlannedPlace) -> bool:
        return bool(place.location and place.location.partnership_id is None and place.owner in self.shared)

    def _state(self, row: ReadRow, place: PlannedPlace, item: Field) -> list[list[str]]:
        after = row.values[item.code]
        if item.code in row.partial and place.location is not None:  # a part that was not read must remove nothing
            after = [
                *getattr(place.location, item.name),
                *(v for v in after if v not in getattr(place.location, item.name)),
            ]
        if item.name in place.stated:
            first, line = place.stated[item.name]
            if cells.differ(first, after, item.reader):
                row.remark(
                    _("%(column)s of %(location)s: the value of row %(row)s, “%(value)s”, is used.")
                    % {"column": item.label, "location": place.name, "row": line, "value": show(item, first)}
                )
            return []
        place.stated[item.name] = (after, row.line)
        before = getattr(place.location, item.name) if place.location else empty(item)
        if not cells.differ(before, after, item.reader):
            return []
        place.writes[item.name] = after
        label = _("%(location)s: %(column)s") % {"location": place.name, "column": item.label}
        return [[label, show(item, before), show(item, after)]]

    def _keep(self, place: PlannedPlace) -> None:
        self._names[place.owner].add(place.name, place)
        self._of[place.owner].append(place)
        self._refs[place.ref] = place
