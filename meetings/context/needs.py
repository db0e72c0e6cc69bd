"""Get needs of the resource map and what partners meet of them, and the breadcrumbs of their pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import Need, NeedMet
from partners.models import LocalArea
from partners.network.current_area import show_area


def get_need(request: HttpRequest, pk: int) -> Need:
    """Return a need that the user may see, and enter its area; otherwise 404."""
    need: Need = get_object_or_404(Need.objects.visible_to(request.user).select_related("area__state"), pk=pk)
    show_area(request, need.area)
    return need


def get_need_met(request: HttpRequest, pk: int) -> NeedMet:
    """Return what a partner meets of a need that the user may see, and enter its area; otherwise 404."""
    rows = NeedMet.objects.filter(need__in=Need.objects.visible_to(request.user).values("pk"))
    rows = rows.select_related("need__area__state", "partnership__organization", "partnership__area", "service")
    met = get_object_or_404(rows, pk=pk)
    show_area(request, met.need.area)
    return met


def map_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the resource map."""
    return [(_("Resource map"), reverse("meetings:resource_map", args=[area.slug]))]


def need_form_context(need: Need, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a need."""
    own = {"title": title, "crumbs": map_breadcrumbs(need.area), "here": title, "form": form, "need": need}
    return own | {"cancel_url": need.get_absolute_url(), **more}
