"""The time zones of recipients. This app knows no areas: another app registers how to find the zones."""

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
    """Register how to find the time zones of users by primary key; called when the project starts.

    The function takes a fixed number of queries, and leaves out users without a zone.
    """
    _zones[:] = [zones_of]


def fetch_zones(users: Collection[Any]) -> None:
    """Fetch the zones of users in bulk, for ``zone_for``."""
    found = _zones[0](users) if _zones and users else {}
    for user in users:
        user.notice_zone = found.get(user.pk)


def zone_for(user: User) -> tzinfo:
    """Return the time zone of a user: their own choice, or that of their area."""
    chosen = delivery_schedule_of(user).time_zone
    if chosen:
        return ZoneInfo(chosen)
    if not hasattr(user, "notice_zone"):
        fetch_zones([user])
    zone: tzinfo | None = getattr(user, "notice_zone", None)
    return zone or timezone.get_default_timezone()
