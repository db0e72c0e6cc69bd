"""The local area that a page is about."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone

from partners.models import LocalArea, Representative
from partners.seats import seats_of


def enter_area(request: HttpRequest, slug: str) -> LocalArea:
    """Return the area that an address names, and make it the one this page is about.

    :raises Http404: if there is none, or the person has nothing to do with it.
    """
    area = LocalArea.objects.visible_to(request.user).select_related("state").filter(slug=slug).first()
    if area is None:
        raise Http404("No such local area.")
    return show_area(request, area)


def show_area(request: HttpRequest, area: LocalArea) -> LocalArea:
    """Make this the area that the page is about: its navigation, its name, its time zone."""
    request.area = area  # type: ignore[attr-defined]
    timezone.activate(area.zone)
    if request.session.get("area") != area.slug:
        request.session["area"], request.session["zone"] = area.slug, area.time_zone
    return area


def visible_areas(user: Any) -> QuerySet[LocalArea]:
    """Return the areas between which the person can switch, by name."""
    return LocalArea.objects.visible_to(user).select_related("state").order_by(Lower("name"), "pk")


def own_area(user: Any) -> LocalArea | None:
    """Return the area where the person belongs first: by a seat, by speaking for a partner there, or by name."""
    areas = list(visible_areas(user))
    seats = seats_of(user)
    spoken_for = set(
        Representative.objects.current().filter(user_id=user.pk).values_list("partnership__area_id", flat=True)
    )
    return min(areas, key=lambda area: (area.pk not in seats.area_ids, area.pk not in spoken_for), default=None)
