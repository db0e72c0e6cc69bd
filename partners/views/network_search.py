"""The search box at the top of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from partners.network.current_area import enter_area
from partners.search.network_search import find_in_area


def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what matches some words in an area."""
    area = enter_area(request, slug)
    words = request.GET.get("q", "").strip()
    context = {"title": _("Search"), "area": area, "words": words, "found": find_in_area(area, words, request.user)}
    return render(request, "partners/search/network_search.html", context)
