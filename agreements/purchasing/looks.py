"""How deliveries, reports and invoices stand, as words, icons and colors; and the queries that read it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import DueReport, Invoice, InvoiceLine, ServiceDelivery

FREE, WITHDRAWN, LATE = "free", "withdrawn", "late"
Status, Reported = Invoice.Status, DueReport.Status


@dataclass(frozen=True)
class Look:
    """How a state looks as a chip."""

    code: str
    kind: str
    word: str | Promise
    icon: str = ""


INVOICES = {
    look.code: look
    for look in (
        Look(Status.DRAFT, "rest", Status.DRAFT.label, "pencil"),
        Look(Status.SUBMITTED, "soon", Status.SUBMITTED.label),
        Look(Status.APPROVED, "way", Status.APPROVED.label, "check-lg"),
        Look(Status.PAID, "good", Status.PAID.label),
        Look(Status.REJECTED, "now", Status.REJECTED.label),
    )
}
DELIVERIES = {
    look.code: look
    for look in (
        Look(FREE, "soon", _("Not invoiced")),
        Look(Status.DRAFT, "rest", _("On a draft"), "pencil"),
        Look(Status.SUBMITTED, "way", _("On an invoice"), "send"),
        Look(Status.APPROVED, "way", _("Approved"), "check-lg"),
        Look(Status.PAID, "good", _("Paid")),
        Look(WITHDRAWN, "rest", _("Withdrawn"), "slash-circle"),
    )
}
REPORTS = {
    look.code: look
    for look in (
        Look(LATE, "now", _("Late"), "clock-history"),
        Look(Reported.EXPECTED, "rest", Reported.EXPECTED.label),
        Look(Reported.RECEIVED, "soon", _("Received, to decide"), "inbox"),
        Look(Reported.ACCEPTED, "good", Reported.ACCEPTED.label),
        Look(Reported.RETURNED, "now", Reported.RETURNED.label, "arrow-counterclockwise"),
        Look(Reported.EXCUSED, "rest", Reported.EXCUSED.label, "dash-circle"),
    )
}


def with_invoices(rows: QuerySet[ServiceDelivery]) -> QuerySet[Any]:
    """Annotate the invoice that each delivery is on: ``invoice_pk``, ``invoice_number`` and ``invoice_status``."""
    live = InvoiceLine.objects.filter(delivery=OuterRef("pk"), is_live=True)
    names = {"pk": "invoice", "number": "invoice__number", "status": "invoice__status"}
    return rows.annotate(**{f"invoice_{name}": Subquery(live.values(path)[:1]) for name, path in names.items()})


def look_of_delivery(delivery: Any) -> Look:
    """Return how a delivery stands. Needs ``with_invoices``."""
    if delivery.withdrawn_at:
        return DELIVERIES[WITHDRAWN]
    return DELIVERIES[delivery.invoice_status or FREE]


def look_of_report(report: DueReport, today: date) -> Look:
    """Return how a report stands on a day."""
    return REPORTS[LATE if report.is_owed and report.due_on < today else report.status]


def look_of_invoice(invoice: Invoice) -> Look:
    """Return how an invoice stands."""
    return INVOICES[invoice.status]


def in_order(rows: QuerySet[ServiceDelivery]) -> QuerySet[Any]:
    """Return deliveries with what their lists show, the latest day first."""
    found = with_invoices(rows).select_related("authorization__line", "step", "by", "corrects")
    return found.annotate(line=F("authorization__line")).order_by("-happened_on", "-pk")
