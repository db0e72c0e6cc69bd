"""Get opportunities, offers and terms on the board, if the user may see them, and enter their area."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.dashboards.models import Offer, Opportunity
from partners.models import BoardTerm, LocalArea
from partners.network.current_area import show_area


def get_opportunity(request: HttpRequest, pk: int) -> Opportunity:
    """Return an opportunity that the user may see, and enter its area; otherwise 404."""
    rows = Opportunity.objects.visible_to(request.user).select_related(
        "area__state", "goal", "center", "partnership__organization"
    )
    opportunity = get_object_or_404(rows, pk=pk)
    show_area(request, opportunity.area)
    return opportunity


def get_offer(request: HttpRequest, pk: int) -> Offer:
    """Return an offer of an opportunity that the user may see, and enter its area; otherwise 404."""
    rows = Offer.objects.visible_to(request.user).select_related(
        "opportunity__area__state", "opportunity__goal", "term", "meeting"
    )
    offer = get_object_or_404(rows, pk=pk)
    show_area(request, offer.opportunity.area)
    return offer


def get_term(request: HttpRequest, pk: int) -> BoardTerm:
    """Return a term on a board that the user may see, and enter its area; otherwise 404."""
    rows = BoardTerm.objects.visible_to(request.user).current().select_related("seat__area__state")
    term = get_object_or_404(rows, pk=pk)
    show_area(request, term.seat.area)
    return term


def list_crumb(area: LocalArea) -> tuple[str, str]:
    """Return the breadcrumb of the list of an area."""
    return _("Points of engagement"), reverse("dashboards:opportunity_list", args=[area.slug])


def opportunity_breadcrumbs(opportunity: Opportunity) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below an opportunity."""
    return [list_crumb(opportunity.area), (opportunity.title, opportunity.get_absolute_url())]
