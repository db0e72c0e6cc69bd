"""The dashboard of an area's board."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.dashboards.board.dashboard import dashboard_of
from onestop.dashboards.papers.figure_rows import figure_rows
from partners.network.current_area import enter_area
from partners.rules import demand, may


def board_dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the network stands: for the board, the staff and the state."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    context = dashboard_of(request.user, area, at=timezone.now())
    context["may_keep"] = may(request.user, "dashboards.keep_opportunities", area)
    context["may_take"] = may(request.user, "dashboards.take_on", area)
    return render(request, "dashboards/board/dashboard.html", context)


def board_rows(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show the rows that make a figure of the dashboard."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    section = figure_rows(area, code, at=timezone.now(), user=request.user)
    if section is None:
        raise Http404
    context = {
        "title": section.title,
        "here": section.title,
        "crumbs": [(_("Board dashboard"), reverse("dashboards:board_dashboard", args=[slug]))],
        "area": area,
        "section": section,
    }
    return render(request, "dashboards/board/figure_rows.html", context)
