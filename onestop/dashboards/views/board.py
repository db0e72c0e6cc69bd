"""The dashboard of an area's board."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onestop.dashboards.board.dashboard import dashboard_of
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
