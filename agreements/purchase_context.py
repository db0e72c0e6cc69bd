"""Get purchases of service and what belongs to them, as far as the user may see them, and enter their area."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Authorization, DueReport, Invoice, ServiceDelivery, ServiceLine
from partners.network.current_area import show_area

# The pages of a purchase, as tabs: the name of each URL, which takes the id of the agreement, and its label.
TABS: tuple[tuple[str, str | Promise], ...] = (
    # ledger
    # authorizations
    ("authorization_list", gettext_lazy("Authorizations")),
    # deliveries
    # reports
    # invoices
    # terms
    ("purchase_terms", gettext_lazy("Terms")),
)
WITH_TERMS = (
    "agreement__area__state",
    "agreement__purchase_terms__purchaser__partnership__organization",
    "agreement__purchase_terms__provider__partnership__organization",
)


def get_purchase(request: HttpRequest, pk: int) -> Agreement:
    """Return a purchase of service that the user may see, with its terms if it has any; otherwise 404."""
    rows = Agreement.objects.visible_to(request.user).filter(kind=Agreement.Kind.PURCHASE).with_terms()
    names = [name.removeprefix("agreement__") for name in WITH_TERMS]
    agreement = get_object_or_404(rows.select_related(*names), pk=pk)
    show_area(request, agreement.area)
    return agreement


def get_service_line(request: HttpRequest, pk: int) -> ServiceLine:
    """Return a service line that the user may see, and enter its area; otherwise 404."""
    return _get(request, ServiceLine.objects.visible_to(request.user), pk)


def get_authorization(request: HttpRequest, pk: int) -> Authorization:
    """Return an authorization that the user may see, and enter its area; otherwise 404."""
    return _get(request, Authorization.objects.visible_to(request.user).select_related("line", "replaces"), pk)


def get_delivery(request: HttpRequest, pk: int) -> ServiceDelivery:
    """Return a delivery that the user may see, and enter its area; otherwise 404."""
    rows = ServiceDelivery.objects.visible_to(request.user).select_related("authorization__line", "step")
    return _get(request, rows, pk)


def get_report(request: HttpRequest, pk: int) -> DueReport:
    """Return a report that the user may see, and enter its area; otherwise 404."""
    rows = DueReport.objects.visible_to(request.user).select_related("authorization__line", "duty", "file")
    return _get(request, rows, pk)


def get_invoice(request: HttpRequest, pk: int) -> Invoice:
    """Return an invoice that the user may see, and enter its area; otherwise 404."""
    rows = Invoice.objects.visible_to(request.user).select_related("made_by", "submitted_by", "decided_by", "paid_by")
    return _get(request, rows, pk)


def _get(request: HttpRequest, rows: QuerySet[Any, Any], pk: int) -> Any:
    thing = get_object_or_404(rows.select_related(*WITH_TERMS), pk=pk)
    show_area(request, thing.agreement.area)
    return thing


def purchase_breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a purchase."""
    slug = agreement.area.slug
    return [
        (_("Agreements"), reverse("agreements:agreement_list", args=[slug])),
        (agreement.number, agreement.get_absolute_url()),
        (_("Purchase"), reverse("agreements:purchase_detail", args=[agreement.pk])),
    ]


def purchase_form(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a purchase."""
    return {
        "title": title,
        "crumbs": purchase_breadcrumbs(agreement),
        "here": more.pop("here", title),
        "agreement": agreement,
        "form": form,
        "cancel_url": reverse("agreements:purchase_detail", args=[agreement.pk]),
        **more,
    }


def purchase_tabs(request: HttpRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """Return the pages of a purchase as tabs."""
    pages = [(reverse(f"agreements:{name}", args=[agreement.pk]), label) for name, label in TABS]
    return [{"url": url, "label": label, "current": request.path == url} for url, label in pages]
