"""The time zones of people in the network: that of the area where they work."""

from collections.abc import Collection, Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models.functions import Lower

from onestop.notices import zones
from partners.models import LocalArea, Membership, Partnership


def zones_of(users: Collection[Any]) -> Mapping[int, tzinfo]:
    """Return the time zones of users by primary key, in three queries; users without a seat are left out.

    A seat in an area or at one of its partners counts first; then one at a whole organization, in the area where it has
    been a partner longest; then one in a state, in its first area by name.
    """
    rows = Membership.objects.current().filter(user__in=users).order_by("since", "pk")
    rows = rows.select_related("area", "partnership__area")
    seats = list(rows)
    partners = _zones_of_organizations({seat.organization_id for seat in seats if seat.organization_id})
    states = _zones_of_states({seat.state_id for seat in seats if seat.state_id})
    found: dict[int, tuple[int, str]] = {}
    for seat in seats:
        if area := seat.area or (seat.partnership and seat.partnership.area):
            place = (0, area.time_zone)
        elif seat.organization_id:
            place = (1, partners.get(seat.organization_id, ""))
        else:
            place = (2, states.get(seat.state_id or 0, ""))
        if place[1] and (seat.user_id not in found or place[0] < found[seat.user_id][0]):
            found[seat.user_id] = place
    return {user: ZoneInfo(name) for user, (_, name) in found.items()}


def _zones_of_organizations(organizations: Collection[int]) -> dict[int, str]:
    rows = Partnership.objects.current().filter(organization__in=organizations, area__archived_at=None)
    oldest = rows.order_by("organization", F("since").asc(nulls_last=True), "pk").distinct("organization")
    return dict(oldest.values_list("organization_id", "area__time_zone"))


def _zones_of_states(states: Collection[int]) -> dict[int, str]:
    rows = LocalArea.objects.current().filter(state__in=states)
    first = rows.order_by("state", Lower("name"), "pk").distinct("state")
    return dict(first.values_list("state_id", "time_zone"))


zones.find_zones_with(zones_of)
