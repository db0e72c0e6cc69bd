"""Purchases of service: those of an area, and the ledger of one, which both sides see."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.filters.purchases import PurchaseFilters
from agreements.models import Agreement
from agreements.purchase_context import get_purchase, purchase_breadcrumbs, purchase_tabs
from agreements.purchasing.ledger_charts import burn_down_chart, delivered_chart
from agreements.purchasing.ledger_export import export_header, export_rows
from agreements.purchasing.ledger_rows import LISTED, ledger_rows
from agreements.purchasing.listing import with_sums
from agreements.purchasing.overview import Overview, overview_of
from agreements.rules import purchase_terms_of
from agreements.tables.purchases import PurchaseTable
from agreements.terms.standings import standing_of
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with, list_page
from onestop.ui.presentation import money
from partners.network.current_area import enter_area
from partners.rules import may


def purchase_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the purchases of an area, with what is left, invoices that wait and late reports."""
    area = enter_area(request, slug)
    visible = Agreement.objects.of(area).visible_to(request.user).filter(kind=Agreement.Kind.PURCHASE)
    rows = with_sums(visible.exclude(status=Agreement.Status.WITHDRAWN).with_terms(), timezone.localdate())
    parties = [f"purchase_terms__{side}__partnership__organization" for side in ("purchaser", "provider")]
    return list_page(
        request,
        key=f"purchases:{area.slug}",
        title=_("Purchases of service"),
        queryset=rows.select_related(*parties).order_by("-effective_on", "number"),
        filters=PurchaseFilters,
        table=PurchaseTable,
        template="agreements/purchases/purchase_list.html",
        context={"area": area},
        area=area,
    )


def purchase_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the ledger of a purchase, or return it as a file."""
    agreement = get_purchase(request, pk)
    today = timezone.localdate()
    overview = overview_of(agreement, today=today)
    if request.GET.get("export") in spreadsheets.FORMATS:
        return spreadsheets.response(
            request.GET["export"],
            name=f"{slugify(f'ledger {agreement.number}')}-{today:%Y-%m-%d}",
            header=export_header(),
            rows=export_rows(agreement, overview),
            sheet=_("Ledger"),
        )
    burn_down = overview.burn_down
    context = {
        "title": agreement.title,
        "crumbs": purchase_breadcrumbs(agreement)[:-1],
        "here": _("Purchase"),
        "agreement": agreement,
        "terms": purchase_terms_of(agreement),
        "standing": standing_of(agreement, today),
        "tabs": purchase_tabs(request, agreement),
        "tabs_label": _("Pages of the purchase"),
        "ledger": overview.ledger,
        "rows": ledger_rows(overview),
        "overview": overview,
        "waiting": overview.invoices[:LISTED],
        "late_reports": overview.late_reports[:LISTED],
        "figures": _figures(overview),
        "chart": burn_down and burn_down_chart(burn_down),
        "delivered_chart": burn_down and delivered_chart(burn_down),
        "ages": zip(overview.to_approve, overview.to_pay, strict=True),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
        "may_set_terms": may(request.user, "agreements.set_purchase_terms", agreement),
    }
    return render(request, "agreements/purchases/purchase_detail.html", context)


def _figures(overview: Overview) -> list[dict[str, Any]]:
    """Return the key figures: what was authorized and delivered, what waits, what is left."""
    sums, ceiling = overview.ledger.sums, overview.ledger.ceiling
    figures: list[dict[str, Any]] = [
        {"label": _("Authorized"), "value": money(sums.authorized - sums.released)},
        {"label": _("Delivered"), "value": money(sums.delivered)},
        {"label": _("Invoices to approve"), "value": money(sums.to_approve)},
        {"label": _("Left under authorizations"), "value": money(sums.left)},
    ]
    if sums.released:
        figures[0]["note"] = _("Without %(amount)s released by closing") % {"amount": money(sums.released)}
    if sums.uninvoiced:
        figures[1]["note"] = _("%(amount)s not invoiced yet") % {"amount": money(sums.uninvoiced)}
    if overview.invoices:
        figures[2]["url"] = "#invoices"
    if sums.to_pay:
        figures[2]["note"] = _("%(amount)s approved and not paid yet") % {"amount": money(sums.to_pay)}
    if ceiling:
        words = _("%(left)s left under the ceiling; %(percent)d%% of %(allowed)s is delivered")
        facts = {"left": money(ceiling.left), "percent": ceiling.percent, "allowed": money(ceiling.allowed)}
        figures[3]["note"] = words % facts
    return figures
