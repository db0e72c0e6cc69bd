"""Members of the board, what interests them, and what they have taken on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.dashboards.board.matching import members_with_offers
from onestop.dashboards.context.opportunities import list_crumb
from partners.network.current_area import enter_area
from partners.rules import demand, may


def interest_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each member of the board with interests, and what became of their offers."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    may_keep = may(request.user, "dashboards.keep_opportunities", area)
    context = {
        "title": _("Members and interests"),
        "here": _("Members and interests"),
        "crumbs": [list_crumb(area)],
        "area": area,
        "rows": [
            (row, may_keep or row.term.user_id == request.user.pk)
            for row in members_with_offers(area, timezone.localdate())
        ],
    }
    return render(request, "dashboards/board/interest_list.html", context)
