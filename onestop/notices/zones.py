"""In which time zone a person is told things. Notices know no areas: an app says where people live."""

from collections.abc import Callable, Collection, Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.models import delivery_schedule_of

ZonesOf = Callable[[Collection[User]], Mapping[int, tzinfo]]
_zones: list[ZonesOf] = []


def find_zones_with(zones_of: ZonesOf) -> None:
    """Say how to find the time zones in which people live, by their keys; called when the project starts.

    It asks the same few queries however many people they are, and leaves out whom it does not know.
    """
    _zones[:] = [zones_of]


def fetch_zones(users: Collection[Any]) -> None:
    """Fetch where people live, all at once, for ``zone_for``."""
    found = _zones[0](users) if _zones and users else {}
    for user in users:
        user.notice_zone = found.get(user.pk)


def zone_for(user: User) -> tzinfo:
    """Return the zone in which a person is told things: their own choice, or that of their area."""
    chosen = delivery_schedule_of(user).time_zone
    if chosen:
        return ZoneInfo(chosen)
    if not hasattr(user, "notice_zone"):
        fetch_zones([user])
    zone: tzinfo | None = getattr(user, "notice_zone", None)
    return zone or timezone.get_default_timezone()
