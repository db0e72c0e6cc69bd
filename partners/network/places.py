"""Add, edit, archive and restore One-Stop centers and partner locations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Center, LocalArea, Location, Organization, Partnership


class PlaceNameTaken(Refused):
    """The organization already has a location of this name, or the area a center."""

    def __init__(self, place: Location | Center) -> None:
        if isinstance(place, Location):
            owner: Organization | LocalArea = place.organization
            message = _("%(owner)s already has a location named “%(name)s”. Use another name, or edit that one.")
            archived = _("%(owner)s has an archived location named “%(name)s”. Use another name, or restore that one.")
        else:
            owner = place.area
            message = _("%(owner)s already has a center named “%(name)s”. Use another name, or edit that one.")
            archived = _("%(owner)s has an archived center named “%(name)s”. Use another name, or restore that one.")
        names = {"owner": owner.name, "name": place.name}
        super().__init__((archived if place.is_archived else message) % names, field="name")
        self.place = place


# ---------------------------------------------------------------- One-Stop centers
@recorded
def add_center(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Center:
    """Add a One-Stop center to an area.

    :raises PlaceNameTaken: if it has one of this name, current or archived.
    """
    try:
        with transaction.atomic():
            return Center.objects.create(area=area, **facts)
    except IntegrityError:
        raise PlaceNameTaken(_center_named(area, facts["name"])) from None


@recorded
def update_center(
    center: Center, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Center:
    """Change the details of a center.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises PlaceNameTaken: if the area has another center of this name.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    center = Center.objects.select_for_update().get(pk=center.pk)
    demand_version(center, (), version)
    changed = apply_facts(center, facts)
    if changed:
        try:
            with transaction.atomic():
                center.save(update_fields=changed)
        except IntegrityError:
            raise PlaceNameTaken(_center_named(center.area, center.name)) from None
    return center


@recorded
def archive_center(center: Center, *, by: User | None, at: datetime) -> None:
    """Archive a closed center: it is hidden from lists and from services, which show it again if it is restored."""
    Center.objects.current().filter(pk=center.pk).update(archived_at=at)


@recorded
def restore_center(center: Center, *, by: User | None, at: datetime) -> None:
    """Restore an archived center with its services."""
    Center.objects.archived().filter(pk=center.pk).update(archived_at=None)


def _center_named(area: LocalArea, name: str) -> Center:
    return area.centers.select_related("area").get(name__iexact=name)


# ---------------------------------------------------------------- Partner locations


@recorded
def add_location(
    organization: Organization,
    *,
    partnership: Partnership | None = None,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> Location:
    """Add a location to an organization: to one of its partnerships, or to the whole organization.

    :raises PlaceNameTaken: if it has one of this name, current or archived.
    """
    assert partnership is None or partnership.organization_id == organization.pk
    # The people of an area see the locations of both; two of one name would be confusing.
    seen = organization.locations.filter(Q(partnership=None) | Q(partnership=partnership), name__iexact=facts["name"])
    if known := seen.select_related("organization").order_by("pk").first():
        raise PlaceNameTaken(known)
    try:
        with transaction.atomic():
            return Location.objects.create(organization=organization, partnership=partnership, **facts)
    except IntegrityError:
        raise PlaceNameTaken(_namesake(organization, partnership, facts["name"])) from None


@recorded
def update_location(
    location: Location, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Location:
    """Change the details of a location.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises PlaceNameTaken: if the organization has another location of this name.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    location = Location.objects.select_for_update().get(pk=location.pk)
    demand_version(location, (), version)
    changed = apply_facts(location, facts)
    if changed:
        try:
            with transaction.atomic():
                location.save(update_fields=changed)
        except IntegrityError:
            raise PlaceNameTaken(_namesake(location.organization, location.partnership, location.name)) from None
    return location


@recorded
def archive_location(location: Location, *, by: User | None, at: datetime) -> None:
    """Archive a location: it is hidden from lists and from services, and can be restored."""
    Location.objects.current().filter(pk=location.pk).update(archived_at=at)


@recorded
def restore_location(location: Location, *, by: User | None, at: datetime) -> None:
    """Restore an archived location with its services."""
    Location.objects.archived().filter(pk=location.pk).update(archived_at=None)


# ---------------------------------------------------------------- Many at once
@recorded
def add_locations(
    locations: Sequence[tuple[int, int | None, Mapping[str, Any]]], *, by: User | None, at: datetime
) -> list[Location]:
    """Add many locations, each with the ids of its organization and partnership (``None``: of all), and its facts.

    :raises PlaceNameTaken: if an organization has one of this name, also if it is archived.
    """
    new = [Location(organization_id=one, partnership_id=other, **facts) for one, other, facts in locations]
    _refuse_known_names(new)
    return bulk.add_rows(new)


@recorded
def update_locations(changes: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Change many locations, each by its id.

    :raises PlaceNameTaken: if the organization of one has another of this name.
    """
    locations = bulk.lock_rows(Location.objects.all(), changes)
    names = bulk.apply_changes(locations, changes)
    try:
        with transaction.atomic():
            bulk.save_rows(locations.values(), names)
    except IntegrityError:
        _refuse_known_names([location for pk, location in locations.items() if "name" in changes[pk]])
        raise


def _refuse_known_names(places: Sequence[Location]) -> None:
    """Refuse a place if its organization has one of this name, for the same area or for the whole organization."""
    lowered = {place.name.lower() for place in places}
    known = Location.objects.filter(organization__in=bulk.among(place.organization_id for place in places))
    known = known.exclude(pk__in=bulk.among(place.pk for place in places if place.pk))
    known = known.annotate(lowered=Lower("name")).filter(lowered__in=lowered).select_related("organization")
    there: dict[tuple[int, str], list[Location]] = defaultdict(list)
    for one in known.order_by("pk"):
        there[one.organization_id, one.name.lower()].append(one)
    for place in places:
        same = there[place.organization_id, place.name.lower()]
        if taken := next((one for one in same if one.partnership_id in (None, place.partnership_id)), None):
            raise PlaceNameTaken(taken) from None
        same.append(place)


def _namesake(organization: Organization, partnership: Partnership | None, name: str) -> Location:
    rows = organization.locations.select_related("organization").filter(partnership=partnership)
    return rows.get(name__iexact=name)
