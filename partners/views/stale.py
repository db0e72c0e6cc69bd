"""Partners with services that were not confirmed in the last six months, and asking them to confirm."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, Export, list_page
from partners.context.asking import ask_partners
from partners.context.freshness import reminded_in
from partners.filters.stale import StaleFilters
from partners.models import Partnership
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.stale import StaleTable, StaleTableToRead, row_of, stale_header
from partners.upkeep.confirmed_by_month import confirmed_by_month


def stale_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show each partner of an area that has services to confirm, the longest waiting first."""
    area = enter_area(request, slug)
    may_ask = may(request.user, "partners.ask_to_confirm", area)
    today = timezone.localdate()
    partners = Partnership.objects.visible_to(request.user).active().filter(area=area).select_related("organization")
    stale: Any = partners.with_services(today).with_confirmations(today)
    return list_page(
        request,
        key=f"stale:{area.slug}",
        title=_("Services not confirmed"),
        queryset=stale.filter(services_fresh__lt=F("services_total")).order_by(
            F("oldest_on").asc(nulls_first=True), Lower("organization__name")
        ),
        filters=StaleFilters,
        table=StaleTable if may_ask else StaleTableToRead,
        given=lambda rows: {
            "area": area.slug,
            "reminded": reminded_in(request, area, [row.pk for row in rows]),
            "managed": seats_of(request.user).managed_partnership_ids,
        },
        template="partners/upkeep/stale_list.html",
        export=Export(stale_header(), lambda rows: (row_of(row) for row in rows)),
        bulk_actions=[
            BulkAction(_("Ask to confirm"), reverse("partners:stale_ask_picked", args=[slug]), icon="envelope")
        ],
        context={"area": area, "confirmed": confirmed_by_month(area, today=today)},
    )


@require_POST
def stale_ask_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Ask the picked partners by email; partners asked in the last week are skipped."""
    area = enter_area(request, slug)
    demand(request, "partners.ask_to_confirm", area)
    picks = whole_numbers(request.POST.getlist("pick"))
    if picks:
        ask_partners(request, Partnership.objects.current().filter(area=area, pk__in=picks))
    else:
        messages.warning(request, _("Select at least one partner first."))
    return redirect("partners:stale_list", slug=slug)
