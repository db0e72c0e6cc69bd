"""Invoices of a provider, made from what was delivered, and credit notes, made from corrections."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from agreements.models import (
    Agreement,
    Authorization,
    Invoice,
    InvoiceLine,
    ServiceDelivery,
)
from agreements.purchasing import telling
from agreements.purchasing.agreement_locks import lock_authorizations, lock_purchase
from agreements.rules import purchase_terms_of
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded

Kind, Status = Invoice.Kind, Invoice.Status
MOST_LINES = 2_000  # of one invoice
MOST_PAID = 200  # invoices that are paid at once


class CannotInvoice(Refused):
    """An invoice cannot be made, sent, decided or paid like this; the message says why."""


@dataclass(frozen=True)
class Chosen:
    """Which deliveries an invoice takes: all, or those of one authorization, or of some days."""

    authorization: Authorization | None = None
    first: date | None = None
    last: date | None = None


def uninvoiced(agreement: Agreement, kind: str = Kind.INVOICE) -> QuerySet[ServiceDelivery]:
    """Return deliveries that are on no invoice but a rejected one; for a credit note, the corrections."""
    lines = InvoiceLine.objects.filter(delivery=OuterRef("pk"), is_live=True)
    rows = ServiceDelivery.objects.filter(agreement=agreement, withdrawn_at=None).filter(~Exists(lines))
    return rows.filter(corrects__isnull=kind == Kind.INVOICE)


# ---------------------------------------------------------------- The provider
@recorded
def make_invoice(
    agreement: Agreement,
    *,
    number: str,
    kind: str = Kind.INVOICE,
    chosen: Chosen | None = None,
    note: str = "",
    by: User | None,
    at: datetime,
) -> Invoice:
    """Make a draft of an invoice from deliveries, or of a credit note from corrections, that are on none yet.

    :raises CannotInvoice: if there is nothing to invoice, or the number is taken.
    """
    agreement = lock_invoiced_purchase(agreement)
    chosen = chosen or Chosen()
    if not number.strip():
        raise CannotInvoice(_("Enter the number of the invoice."), field="number")
    if agreement.invoices.filter(number__iexact=number).exclude(status=Status.REJECTED).exists():
        raise CannotInvoice(_("There is already an invoice with this number."), field="number")
    if chosen.authorization and chosen.authorization.agreement_id != agreement.pk:
        raise CannotInvoice(_("Choose an authorization of this agreement."), field="authorization")
    deliveries = _locked(_picked(agreement, kind, chosen))
    if not deliveries:
        words = _("There is nothing to invoice. Record deliveries first, or choose another period.")
        if kind == Kind.CREDIT:
            words = _("There is nothing to credit. Correct a delivery on an approved invoice first.")
        raise CannotInvoice(words)
    if len(deliveries) > MOST_LINES:
        raise CannotInvoice(_("An invoice can have %(number)s lines at most.") % {"number": MOST_LINES})
    total = sum((each.amount for each in deliveries), Decimal(0))
    invoice = Invoice.objects.create(
        agreement=agreement, kind=kind, number=number.strip(), total=total, note=note, made_by=by, made_at=at
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            agreement=agreement, invoice=invoice, delivery=each, authorization=each.authorization,
            line_id=each.authorization.line_id, amount=each.amount,
        )
        for each in deliveries
    )  # fmt: skip
    return invoice


def _picked(agreement: Agreement, kind: str, chosen: Chosen) -> QuerySet[ServiceDelivery]:
    rows = uninvoiced(agreement, kind)
    if chosen.authorization:
        rows = rows.filter(authorization=chosen.authorization)
    if chosen.first:
        rows = rows.filter(happened_on__gte=chosen.first)
    if chosen.last:
        rows = rows.filter(happened_on__lte=chosen.last)
    return rows


def _locked(rows: QuerySet[ServiceDelivery]) -> list[ServiceDelivery]:
    """Return deliveries after nobody can withdraw or correct them any more."""
    ids = set(rows.order_by().values_list("authorization", flat=True))
    lock_authorizations(ids)
    found = rows.filter(authorization__in=ids).select_related("authorization")
    return list(found.order_by("authorization", "happened_on", "pk")[: MOST_LINES + 1])


@recorded
def submit_invoice(invoice: Invoice, *, by: User | None, at: datetime) -> Invoice:
    """Send a draft to the purchaser, and tell those who may approve it.

    :raises CannotInvoice: if it was sent before.
    """
    invoice = lock_invoice(invoice)
    if invoice.status != Status.DRAFT:
        raise CannotInvoice(_("This invoice was already submitted."))
    terms = purchase_terms_of(invoice.agreement)
    days = terms.pays_within if terms else 0
    invoice.status, invoice.submitted_by, invoice.submitted_at = Status.SUBMITTED, by, at
    invoice.due_on = invoice.agreement.area.day_of(at) + timedelta(days=days)
    invoice.total = invoice.lines.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    invoice.save()
    telling.tell_submitted(invoice, at=at)
    return invoice


@recorded
def take_back_invoice(invoice: Invoice, *, by: User | None, at: datetime) -> Invoice:
    """Make a submitted invoice a draft again, to correct it; nobody is asked to approve it any more.

    :raises CannotInvoice: if it was not submitted, or was approved or rejected.
    """
    invoice = lock_invoice(invoice)
    demand_submitted(invoice)
    invoice.status, invoice.submitted_by, invoice.submitted_at, invoice.due_on = Status.DRAFT, None, None, None
    invoice.save(update_fields=["status", "submitted_by", "submitted_at", "due_on"])
    telling.ask_nobody([invoice], why=_("The provider took the invoice back."))
    return invoice


@recorded
def delete_draft(invoice: Invoice, *, by: User | None, at: datetime) -> None:
    """Delete a draft; its deliveries can be invoiced again.

    :raises CannotInvoice: if it was submitted.
    """
    invoice = lock_invoice(invoice)
    if invoice.status != Status.DRAFT:
        raise CannotInvoice(_("Only a draft is deleted. Take back a submitted invoice first."))
    invoice.delete()


# ---------------------------------------------------------------- The purchaser
@recorded
def pay_invoices(
    agreement: Agreement, ids: Collection[int], *, on: date, reference: str, by: User | None, at: datetime
) -> list[Invoice]:
    """Record that approved invoices were paid on a day, all by one payment or none, and tell the provider.

    :raises CannotInvoice: if one of them is not approved, or the day does not fit.
    """
    agreement = lock_invoiced_purchase(agreement)
    if not ids or len(ids) > MOST_PAID:
        raise CannotInvoice(_("Choose between 1 and %(most)s invoices.") % {"most": MOST_PAID}, field="invoices")
    rows = list(agreement.invoices.filter(pk__in=ids).order_by("pk"))
    if len(rows) != len(set(ids)) or any(row.status != Status.APPROVED for row in rows):
        raise CannotInvoice(_("Only approved invoices that are not paid yet can be paid."), field="invoices")
    area = agreement.area
    if on > area.day_of(at):
        raise CannotInvoice(_("This day is in the future."), field="on")
    for invoice in rows:
        if invoice.decided_at and on < area.day_of(invoice.decided_at):
            words = _("Invoice %(number)s was approved after this day.") % {"number": invoice.number}
            raise CannotInvoice(words, field="on")
        invoice.agreement = agreement
        invoice.status, invoice.paid_on = Status.PAID, on
        invoice.payment_reference, invoice.paid_by = reference, by
        invoice.save(update_fields=["status", "paid_on", "payment_reference", "paid_by"])
    telling.tell_decided(rows, at=at)
    return rows


# ---------------------------------------------------------------- Locks and checks
def demand_submitted(invoice: Invoice) -> None:
    """Check that an invoice waits for approval.

    :raises CannotInvoice: if it is a draft, or was decided.
    """
    if invoice.status == Status.DRAFT:
        raise CannotInvoice(_("This invoice was not submitted yet."))
    if invoice.status != Status.SUBMITTED:
        raise CannotInvoice(_("This invoice was already decided."))


def lock_invoiced_purchase(agreement: Agreement) -> Agreement:
    """Lock a purchase whose deliveries are invoiced.

    :raises CannotInvoice: if it was not executed, or has no terms.
    """
    locked = lock_purchase(agreement, refusal=CannotInvoice)
    if locked.executed_on is None or purchase_terms_of(locked) is None:
        raise CannotInvoice(_("Invoices need an executed agreement with its terms recorded."))
    return locked


def lock_invoice(invoice: Invoice) -> Invoice:
    """Lock the purchase of an invoice, and return the invoice with it."""
    agreement = lock_invoiced_purchase(invoice.agreement)
    rows = Invoice.objects.select_related("made_by", "submitted_by")
    locked = rows.filter(pk=invoice.pk).first()
    if locked is None:
        raise CannotInvoice(_("This invoice was deleted."))
    locked.agreement = agreement
    return locked
