"""Approve or reject an invoice. Nothing that was approved passes a ceiling, whoever approves at the same moment.

Nobody approves what they entered: an invoice that they made or submitted, or on which is a delivery that they recorded
(2 CFR 200.303, segregation of duties).
"""

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements.models import DueReport, Invoice
from agreements.purchasing import telling
from agreements.purchasing.agreement_locks import lock_authorizations
from agreements.purchasing.ceilings import Room, problems_of, rooms_of
from agreements.purchasing.invoices import CannotInvoice, demand_submitted, lock_invoice
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday

Status = Invoice.Status


# ---------------------------------------------------------------- Reading
def entered(invoice: Invoice, user: User | None) -> bool:
    """Return whether a person made or submitted an invoice, or recorded a delivery on it; one query at most."""
    if user is None:
        return False
    if user.pk in (invoice.made_by_id, invoice.submitted_by_id):
        return True
    return invoice.lines.filter(Q(delivery__by=user.pk)).exists()


def late_reports(invoice: Invoice, today: date) -> list[DueReport]:
    """Return the late reports that an invoice waits for; one query. A credit note waits for none."""
    if invoice.is_credit:
        return []
    authorizations = invoice.lines.order_by().values("authorization")
    rows = DueReport.objects.filter(
        authorization__in=authorizations, duty__holds_payment=True, status__in=DueReport.OWED, due_on__lt=today
    )
    return list(rows.select_related("duty", "authorization").order_by("due_on", "pk")[:20])


def obstacles_to(invoice: Invoice, rooms: list[Room], *, by: User | None, today: date) -> list[str]:
    """Return why a person cannot approve an invoice, in sentences; nothing if they can. Two queries at most."""
    found = []
    if entered(invoice, by):
        found.append(_("You entered this invoice, or a delivery on it. Somebody else approves it (2 CFR 200.303)."))
    words = _("%(report)s for authorization %(number)s was due %(day)s, and invoices wait for it.")
    found += [
        words % {"report": each.duty, "number": each.authorization.number, "day": shortday(each.due_on)}
        for each in late_reports(invoice, today)
    ]
    return found + problems_of(rooms)


# ---------------------------------------------------------------- Deciding
@recorded
def approve_invoice(invoice: Invoice, *, by: User | None, at: datetime) -> Invoice:
    """Approve a submitted invoice, and tell the provider.

    :raises CannotInvoice: if it passes a ceiling, waits for a late report, or the person entered what is on it.
    """
    invoice = lock_invoice(invoice)
    demand_submitted(invoice)
    lines, authorizations = lock_authorizations(set(invoice.lines.order_by().values_list("authorization", flat=True)))
    rooms = rooms_of(invoice, by=by, lines=lines, authorizations=authorizations)
    today = invoice.agreement.area.day_of(at)
    if problems := obstacles_to(invoice, rooms, by=by, today=today):
        raise CannotInvoice(" ".join(problems))
    invoice.status, invoice.decided_by, invoice.decided_at = Status.APPROVED, by, at
    invoice.save(update_fields=["status", "decided_by", "decided_at"])
    telling.tell_decided([invoice], at=at)
    return invoice


@recorded
def reject_invoice(invoice: Invoice, *, reason: str, by: User | None, at: datetime) -> Invoice:
    """Reject a submitted invoice, and tell the provider why. Its deliveries can be invoiced again.

    :raises CannotInvoice: if it was decided, or no reason is given.
    """
    invoice = lock_invoice(invoice)
    demand_submitted(invoice)
    if not reason.strip():
        raise CannotInvoice(_("Say why the invoice is rejected."), field="reason")
    invoice.lines.update(is_live=False)
    invoice.status, invoice.decided_by, invoice.decided_at, invoice.reason = Status.REJECTED, by, at, reason
    invoice.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    telling.tell_decided([invoice], at=at)
    return invoice
