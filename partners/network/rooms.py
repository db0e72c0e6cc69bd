"""Add, edit, archive and restore the rooms of centers and locations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Center, Location, Room

FACTS = ("name", "seats", "accessibility", "note")


class CannotKeepRoom(Refused):
    """A room cannot be saved like this."""


@recorded
def add_room(place: Center | Location, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Room:
    """Add a room to a center or a location.

    :raises CannotKeepRoom: if the building is archived, or has a room with this name.
    """
    if place.is_archived:
        raise CannotKeepRoom(_("%(place)s is archived. Restore it first.") % {"place": place.name})
    owner = {"center": place} if isinstance(place, Center) else {"location": place}
    room = Room(**owner, **{name: facts[name] for name in FACTS if name in facts})
    _save(room)
    return room


@recorded
def update_room(room: Room, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime) -> Room:
    """Edit a room.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepRoom: if it is archived, or the building has another room with this name.
    """
    room = _lock(room)
    demand_version(room, (), version)
    if room.is_archived:
        raise CannotKeepRoom(_("This room is archived. Restore it before you edit it."))
    apply_facts(room, {name: facts[name] for name in FACTS if name in facts})
    _save(room)
    return room


@recorded
def archive_room(room: Room, *, by: User | None, at: datetime) -> None:
    """Archive a room that can no longer be used."""
    Room.objects.current().filter(pk=room.pk).update(archived_at=at)


@recorded
def restore_room(room: Room, *, by: User | None, at: datetime) -> None:
    """Restore an archived room.

    :raises CannotKeepRoom: if the building has another room with this name by now.
    """
    room = _lock(room)
    if room.is_archived:
        room.archived_at = None
        _save(room)


def _lock(room: Room) -> Room:
    return Room.objects.select_for_update(of=("self",)).select_related("center", "location").get(pk=room.pk)


def _save(room: Room) -> None:
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError:
        raise CannotKeepRoom(_("This building has a room with this name already."), field="name") from None
