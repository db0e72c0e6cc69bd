"""The local area of the current page."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone

from partners.models import LocalArea, Representative
from partners.seats import seats_of


def enter_area(request: HttpRequest, slug: str) -> LocalArea:
    """Return the area with this slug, and make it the current area.

    :raises Http404: if it does not exist, or the person may not see it.
    """
    area = LocalArea.objects.visible_to(request.user).select_related("state").filter(slug=slug).first()
    if area is None:
        raise Http404("No such local area.")
    return show_area(request, area)


def show_area(request: HttpRequest, area: LocalArea) -> LocalArea:
    """Make this the current area, which sets the navigation, the site name and the time zone."""
    request.area = area  # type: ignore[attr-defined]
    timezone.activate(area.zone)
    if request.session.get("area") != area.slug:
        request.session["area"], request.session["zone"] = area.slug, area.time_zone
    return area


def visible_areas(user: Any) -> QuerySet[LocalArea]:
    """Return the areas that the person can switch to, by name."""
    return LocalArea.objects.visible_to(user).select_related("state").order_by(Lower("name"), "pk")


def own_area(user: Any) -> LocalArea | None:
    """Return the main area of a person: one with a seat, else one where they represent a partner, else by name."""
    areas = list(visible_areas(user))
    seats = seats_of(user)
    represented = set(
        Representative.objects.current().filter(user_id=user.pk).values_list("partnership__area_id", flat=True)
    )
    return min(areas, key=lambda area: (area.pk not in seats.area_ids, area.pk not in represented), default=None)


def show_public_area(request: HttpRequest, area: LocalArea) -> LocalArea:
    """Make this the area of a public page, without starting a session."""
    request.area = area  # type: ignore[attr-defined]
    timezone.activate(area.zone)
    return area
