"""The search box at the top of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from partners.network.current_area import enter_area
from partners.search import network_search
from partners.search.network_search import FEWEST, find_in_area


def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what matches some words in an area, of all kinds or of one."""
    area = enter_area(request, slug)
    words = request.GET.get("q", "").strip()
    kind = request.GET.get("kind", "")
    only = kind if kind in network_search.KINDS else ""
    context = {
        "title": _("Search"),
        "area": area,
        "words": words,
        "only": only,
        "is_too_short": len(words) < FEWEST,
        "results": find_in_area(area, words, request.user, only=only),
    }
    return render(request, "partners/search/network_search.html", context)
