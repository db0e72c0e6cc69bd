"""The local area of the current page."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone

from onestop.ui.navigation import SHOWN_AREAS
from onestop.ui.written_queries import written_once
from partners.models import LocalArea, Representative
from partners.models.visibility import is_among_areas
from partners.seats import seats_of


def enter_area(request: HttpRequest, slug: str) -> LocalArea:
    """Return the area with this slug, and make it the current area.

    :raises Http404: if it does not exist, or the person may not see it.
    """
    area = find_area(request.user, slug)
    if area is None:
        raise Http404("No such local area.")
    return show_area(request, area)


def first_areas(user: Any) -> list[LocalArea]:
    """Return the first of the areas that the person can switch to, one more than the switcher shows.

    They are read once for each user object, since every page shows them.
    """
    known: list[LocalArea] | None = getattr(user, "_areas", None)
    if known is None:
        seats = seats_of(user)
        found = _first_of_all() if seats.everything else _first_areas(seats.visible_area_ids, seats.state_ids)
        known = user._areas = found.objects()
    return known


@written_once
def _first_of_all() -> QuerySet[LocalArea]:
    return _by_name(LocalArea.objects.all())[: SHOWN_AREAS + 1]


@written_once
def _first_areas(areas: frozenset[int], states: frozenset[int]) -> QuerySet[LocalArea]:
    return _by_name(LocalArea.objects.filter(is_among_areas(areas, states)))[: SHOWN_AREAS + 1]


def _by_name(areas: QuerySet[LocalArea]) -> QuerySet[LocalArea]:
    return areas.select_related("state").order_by(Lower("name"), "pk")


def find_area(user: Any, slug: str) -> LocalArea | None:
    """Return the area with this slug, or nothing if it does not exist or the person may not see it."""
    areas = first_areas(user)
    found = next((area for area in areas if area.slug == slug), None)
    if found or len(areas) <= SHOWN_AREAS:
        return found
    return visible_areas(user).filter(slug=slug).first()


def show_area(request: HttpRequest, area: LocalArea) -> LocalArea:
    """Make this the current area, which sets the navigation, the site name and the time zone."""
    request.area = area  # type: ignore[attr-defined]
    timezone.activate(area.zone)
    if request.session.get("area") != area.slug:
        request.session["area"], request.session["zone"] = area.slug, area.time_zone
    return area


def visible_areas(user: Any) -> QuerySet[LocalArea]:
    """Return the areas that the person can switch to, by name."""
    return _by_name(LocalArea.objects.visible_to(user))


def own_area(user: Any) -> LocalArea | None:
    """Return the main area of a person: one with a seat, else one where they represent a partner, else by name."""
    seats = seats_of(user)
    areas = visible_areas(user) if len(first_areas(user)) > SHOWN_AREAS else first_areas(user)
    represented = set(
        Representative.objects.current().filter(user_id=user.pk).values_list("partnership__area_id", flat=True)
    )
    return min(areas, key=lambda area: (area.pk not in seats.area_ids, area.pk not in represented), default=None)


def show_public_area(request: HttpRequest, area: LocalArea) -> LocalArea:
    """Make this the area of a public page, without starting a session."""
    request.area = area  # type: ignore[attr-defined]
    timezone.activate(area.zone)
    return area
