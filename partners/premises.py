"""Premises: the places of their own where partners serve people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onestop.accounts.models import User
from onestop.history import recorded
from partners.changes import apply_facts, demand_version
from partners.models import Location, Organization
from partners.refusals import Refused


class PlaceNameTaken(Refused):
    """The organization has a place of this name."""

    def __init__(self, location: Location) -> None:
        archived = " in the archive" if location.is_archived else ""
        super().__init__(
            f"{location.organization.name} already has a place named “{location.name}”{archived}. "
            "Use another name, or put that one right.",
            field="name",
        )
        self.location = location


@recorded
def add_location(organization: Organization, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Location:
    """Add a place where an organization serves people.

    :raises PlaceNameTaken: if it has one of this name, also if only in the archive.
    """
    try:
        with transaction.atomic():
            return Location.objects.create(organization=organization, **facts)
    except IntegrityError:
        raise PlaceNameTaken(_namesake(organization, facts["name"])) from None


@recorded
def update_location(
    location: Location, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Location:
    """Change what is known of a place.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises PlaceNameTaken: if the organization has another place of this name.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    location = Location.objects.select_for_update().get(pk=location.pk)
    demand_version(location, (), version)
    changed = apply_facts(location, facts)
    if changed:
        try:
            with transaction.atomic():
                location.save(update_fields=changed)
        except IntegrityError:
            raise PlaceNameTaken(_namesake(location.organization, location.name)) from None
    return location


@recorded
def archive_location(location: Location, *, by: User | None, at: datetime) -> None:
    """Put a place away: services keep it in their history, and no longer name it as where to go."""
    Location.objects.current().filter(pk=location.pk).update(archived_at=at)


@recorded
def restore_location(location: Location, *, by: User | None, at: datetime) -> None:
    """Take a place back, with the services that name it."""
    Location.objects.archived().filter(pk=location.pk).update(archived_at=None)


def _namesake(organization: Organization, name: str) -> Location:
    return organization.locations.select_related("organization").get(name__iexact=name)
