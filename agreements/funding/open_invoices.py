"""What is open of invoices to partners: read with the invoices themselves, never stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.funding.plans import ZERO
from agreements.models import Contribution, FundingInvoice
from agreements.models.money import MoneyField

VOIDED, PAID, OVERDUE, PART_PAID, OPEN = "voided", "paid", "overdue", "part", "open"
UNPAID, ISSUED = "unpaid", "issued"  # several states together


@dataclass(frozen=True)
class Standing:
    """The state of an invoice as a chip: kind, word, icon."""

    code: str
    kind: str
    word: str | Promise
    icon: str


STANDINGS = {
    each.code: each
    for each in (
        Standing(OVERDUE, "now", _("Overdue"), "exclamation-octagon-fill"),
        Standing(OPEN, "soon", _("Open"), "hourglass-split"),
        Standing(PART_PAID, "way", _("Partly paid"), "arrow-repeat"),
        Standing(PAID, "good", _("Paid"), "check-circle-fill"),
        Standing(VOIDED, "rest", _("Voided"), "x-lg"),
    )
}


def with_paid(rows: QuerySet[Any, Any]) -> Any:
    """Annotate what was paid of each invoice, ``paid``, and what is open of it, ``left``; nothing of a voided one."""
    payments = Contribution.objects.current().filter(invoice=OuterRef("pk"), status=Contribution.Status.ACCEPTED)
    total = payments.order_by().values("invoice").annotate(total=Sum("amount")).values("total")
    paid = Coalesce(Subquery(total, output_field=MoneyField()), ZERO, output_field=MoneyField())
    return rows.annotate(paid=paid).annotate(left=F("amount") - F("paid"))


def unpaid(rows: QuerySet[Any, Any]) -> Any:
    """Return invoices of which something is open."""
    return with_paid(rows.filter(voided_at=None)).filter(left__gt=0)


def overdue(rows: QuerySet[Any, Any], today: date) -> Any:
    """Return invoices of which something is open after their due day."""
    return unpaid(rows).filter(due_on__lt=today)


def standing_of(invoice: FundingInvoice, today: date) -> Standing:
    """Return the state of an invoice that was read ``with_paid``."""
    row: Any = invoice
    if invoice.voided_at:
        return STANDINGS[VOIDED]
    if row.left <= 0:
        return STANDINGS[PAID]
    if invoice.due_on < today:
        return STANDINGS[OVERDUE]
    return STANDINGS[PART_PAID if row.paid else OPEN]


def in_standing(rows: Any, code: str, today: date) -> Any:
    """Return those of invoices, read ``with_paid``, that are in this state."""
    if code == VOIDED:
        return rows.exclude(voided_at=None)
    rows = rows.filter(voided_at=None)
    if code == ISSUED:
        return rows
    if code == UNPAID:
        return rows.filter(left__gt=0)
    if code == PAID:
        return rows.filter(left__lte=0)
    late = rows.filter(left__gt=0, due_on__lt=today)
    if code == OVERDUE:
        return late
    open_ones = rows.filter(left__gt=0, due_on__gte=today)
    return open_ones.filter(paid__gt=0) if code == PART_PAID else open_ones.filter(paid=0)


def sum_issued(rows: QuerySet[Any, Any]) -> Decimal:
    """Return what invoices come to that were not voided; one query."""
    found: Decimal | None = rows.filter(voided_at=None).aggregate(sum=Sum("amount"))["sum"]
    return found or ZERO


def sum_left(rows: QuerySet[Any, Any]) -> Decimal:
    """Return what is open of some invoices together; one query."""
    found: Decimal | None = unpaid(rows).aggregate(sum=Sum("left"))["sum"]
    return found or ZERO
