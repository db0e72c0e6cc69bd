"""Let what a partner gave in kind reduce its invoice: once it is accepted, and as long as so much is open.

What is more than the open amount, or has no invoice, counts when the period is reconciled. Callers hold the lock of the
budget.
"""

from collections.abc import Iterable

from agreements.funding.open_invoices import unpaid
from agreements.models import Contribution, FundingInvoice


def apply_to_invoice(given: Contribution) -> None:
    """Let a contribution that is being accepted reduce the partner's invoice of the day on which it was given."""
    if not given.is_in_kind or given.payer_id is None:
        return
    covering = FundingInvoice.objects.filter(
        payer=given.payer_id, first_on__lte=given.received_on, last_on__gte=given.received_on
    )
    invoice = unpaid(covering).filter(left__gte=given.amount).order_by("first_on", "pk").first()
    if invoice is not None:
        given.invoice = invoice
        given.save(update_fields=["invoice"])


def apply_waiting(invoices: Iterable[FundingInvoice]) -> None:
    """Let contributions that were accepted before their invoices reduce them; one query for all, and one for each."""
    by_payer = {invoice.payer_id: invoice for invoice in invoices}
    waiting = Contribution.objects.current().filter(
        payer__in=by_payer, kind__in=Contribution.IN_KIND, status=Contribution.Status.ACCEPTED, invoice=None
    )
    for given in waiting.exclude(period__status="closed").order_by("received_on", "pk"):
        invoice = by_payer[given.payer_id or 0]
        if invoice.first_on <= given.received_on <= invoice.last_on:
            apply_to_invoice(given)


def release(invoice: FundingInvoice) -> None:
    """Take contributions in kind off an invoice that is voided; the one that follows gets them."""
    invoice.payments.filter(kind__in=Contribution.IN_KIND).exclude(period__status="closed").update(invoice=None)
