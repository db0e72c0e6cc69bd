"""The conditions of what a user may see, without a part for places where the user holds no seat.

Most people hold one seat. Conditions for the others would join tables that nobody asks for, in every list.
"""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from partners.seats import seats_of


def any_of(*conditions: Q, **places: Collection[int]) -> Q:
    """Return the condition that one of these holds: conditions, or ``path__in`` with the ids of places."""
    found = [*conditions, *(Q(**{path: ids}) for path, ids in places.items() if ids)]
    return reduce(or_, found) if found else Q(pk__in=[])


def in_visible_area(user: Any, path: str = "") -> Q:
    """Return the condition that an area is current, and the user holds a seat in it, in its state or with a partner.

    ``path`` leads to the area: "center__area".
    """
    seats = seats_of(user)
    return Q() if seats.everything else is_among_areas(seats.visible_area_ids, seats.state_ids, path)


def is_among_areas(areas: Collection[int], states: Collection[int], path: str = "") -> Q:
    """Return the condition that an area is one of these, or a current one in one of the states."""
    prefix = f"{path}__" if path else ""
    of_state = Q(**{f"{prefix}state_id__in": states, f"{prefix}archived_at": None})
    own = {f"{path}_id__in" if path else "pk__in": areas}
    return any_of(of_state, **own) if states else any_of(**own)


def is_current_or_kept(user: Any, path: str = "", *, area: str = "area", **others: Collection[int]) -> Q:
    """Return the condition that something is not archived, or that the user is staff or the state of its area.

    ``path`` leads to the thing and ``area`` from there to its area; ``others`` are more places whose people see it.
    """
    seats = seats_of(user)
    if seats.everything:
        return Q()
    prefix = f"{path}__" if path else ""
    staff = {f"{prefix}{area}_id__in": seats.staff_area_ids, f"{prefix}{area}__state_id__in": seats.state_ids}
    return any_of(Q(**{f"{prefix}archived_at": None}), **staff, **others)


def is_visible_partnership(user: Any, path: str = "") -> Q:
    """Return the condition of partnerships in the areas that the user sees; archived ones for staff and the state.

    ``path`` leads to the partnership: "service__partnership".
    """
    prefix = f"{path}__" if path else ""
    return is_current_or_kept(user, path) & in_visible_area(user, f"{prefix}area")
