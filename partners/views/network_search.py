"""The search box at the top of every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.context.unanswered import count_in_network
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.schedule.closings import closed_on
from partners.search import network_search
from partners.search.network_browsing import centers_to_call, lists_to_browse, service_kinds_to_browse
from partners.search.network_search import FEWEST, find_in_area
from partners.search.results import centers_today


def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what matches some words in an area, of all kinds or of one."""
    area = enter_area(request, slug)
    words = request.GET.get("q", "").strip()
    kind = request.GET.get("kind", "")
    only = kind if kind in network_search.KINDS else ""
    results = find_in_area(area, words, request.user, only=only)
    context: dict[str, Any] = {
        "title": _("Search"),
        "area": area,
        "words": words,
        "only": only,
        "is_too_short": len(words) < FEWEST,
        "results": results,
    }
    if not (results.groups or context["is_too_short"]):
        context |= _way_out(request, area)
    response = render(request, "partners/search/network_search.html", context)
    if not only:
        count_in_network(request, area, words, results)
    return response


def _way_out(request: HttpRequest, area: LocalArea) -> dict[str, Any]:
    """Return what people can do who have found nothing: lists and kinds of services to browse, centers to call."""
    closings = {center.pk: closing for center, closing in closed_on(area, timezone.localdate())}
    return {
        "lists": lists_to_browse(area, request.user),
        "service_kinds": service_kinds_to_browse(area, request.user),
        "call": centers_today(centers_to_call(area), [], closings),
    }
