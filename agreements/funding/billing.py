"""Invoices to partners by a budget: issued for all at once, voided with a reason, paid in cash.

An invoice covers the months of a billing period in which the partner pays. Their amounts come from the stored shares:
a period's share is divided over its months, so invoices of a year add up to the share of the year. What a budget
changes after an invoice was issued is settled when the period is reconciled, or by voiding and issuing it again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from agreements.cost_sharing import allocate
from agreements.funding import gifts, paying_notices
from agreements.funding.locking import CannotPay, lock_paid_budget, lock_periods
from agreements.funding.open_invoices import with_paid
from agreements.funding.paying import month_span, months_of_payers, shares_by_period
from agreements.funding.plans import ZERO, Span, periods_of
from agreements.funding.reading import payers_of
from agreements.models import Contribution, FundingBudget, FundingInvoice, FundingPeriod, Payer
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Months = Mapping[tuple[int, date], Decimal]  # by payer and first day of the month
LATEST_DUE = timedelta(days=365)


@dataclass(frozen=True)
class Bill:
    """What an invoice to one payer for a billing period would be, and the one that was issued, if any."""

    payer: Payer
    first_on: date
    last_on: date
    amount: Decimal
    issued: FundingInvoice | None = None

    @property
    def is_new(self) -> bool:
        """Whether it can be issued: nothing was, and there is something to pay."""
        return self.issued is None and self.amount > 0

    @property
    def difference(self) -> Decimal:
        """What the invoice would be more, or less, by today's shares than the one that was issued."""
        return self.amount - self.issued.amount if self.issued else ZERO


@dataclass(frozen=True)
class BillingPeriod:
    """A month, quarter, half or whole year for which invoices are issued, with the bills of all payers."""

    span: Span
    bills: Sequence[Bill]

    @property
    def new(self) -> list[Bill]:
        """The bills that can be issued."""
        return [bill for bill in self.bills if bill.is_new]

    @property
    def total(self) -> Decimal:
        """What the bills that can be issued come to."""
        return sum((bill.amount for bill in self.new), ZERO)

    @property
    def issued(self) -> Decimal:
        """What was issued for it."""
        return sum((bill.issued.amount for bill in self.bills if bill.issued), ZERO)


# ---------------------------------------------------------------- Reading
def billing_periods(budget: FundingBudget) -> list[BillingPeriod]:
    """Return the billing periods of the year with their bills; four queries."""
    payers = payers_of(budget)
    periods = list(FundingPeriod.objects.filter(budget=budget).order_by("number"))
    months = months_of_payers(budget, payers, periods, shares_by_period(budget))
    issued = list(FundingInvoice.objects.filter(budget=budget, voided_at=None).order_by("pk"))
    return [
        BillingPeriod(span, [_bill(payer, span, months, issued) for payer in payers])
        for span in periods_of(budget.first_on, budget.billing)
    ]


def _bill(payer: Payer, span: Span, months: Months, issued: Collection[FundingInvoice]) -> Bill:
    first = max(payer.starts_on or date.min, span.first_on)
    last = min(payer.ends_on or date.max, span.last_on)
    if first > last:
        first, last = span.first_on, span.last_on
    amount = sum((months[payer.pk, month] for month in span.months), ZERO)
    theirs = [
        each for each in issued
        if each.payer_id == payer.pk and each.first_on <= span.last_on and each.last_on >= span.first_on
    ]  # fmt: skip
    return Bill(payer, first, last, amount, theirs[0] if theirs else None)


def amount_today(invoice: FundingInvoice, shares: Mapping[tuple[int, int], Decimal]) -> Decimal:
    """Return what an invoice would be by the shares of today, by payer and number of the period; one query."""
    periods = list(FundingPeriod.objects.filter(budget=invoice.budget_id).order_by("number"))
    months = months_of_payers(invoice.budget, [invoice.payer], periods, shares)
    return sum(
        (
            amount
            for (_payer, month), amount in months.items()
            if month <= invoice.last_on and month_span(month).last_on >= invoice.first_on
        ),
        ZERO,
    )


# ---------------------------------------------------------------- Issue, void
@recorded
def issue_invoices(
    budget: FundingBudget, *, number: int, due_on: date, expected: Decimal | None = None, by: User | None, at: datetime
) -> list[FundingInvoice]:
    """Issue the invoices of one billing period to all payers that have none yet, and mail them.

    ``number`` is that of the billing period; ``expected`` is the sum that the person saw before.

    :raises CannotPay: if the budget is a draft, there is nothing to issue, the sum is no longer the expected one, or
        the due day is not between today and a year from now.
    """
    # Lock: of two who issue at once, the second finds nothing to issue; nobody revises shares meanwhile.
    budget = lock_paid_budget(budget)
    today = budget.agreement.area.day_of(at)
    if not today <= due_on <= today + LATEST_DUE:
        raise CannotPay(_("Enter a day from today on, within a year."), field="due_on")
    found = next((each for each in billing_periods(budget) if each.span.number == number), None)
    if found is None:
        raise CannotPay(_("Choose a billing period of this budget."))
    if not found.new:
        raise CannotPay(_("There is nothing to invoice for these months, or it was invoiced already."))
    if expected is not None and found.total != expected:
        raise CannotPay(_("The shares have changed since you opened this page. Review the amounts again."))
    numbers = _numbers(budget, len(found.new))
    issued = [
        FundingInvoice.objects.create(
            agreement=budget.agreement, budget=budget, payer=bill.payer, number=name, first_on=bill.first_on,
            last_on=bill.last_on, amount=bill.amount, issued_on=today, due_on=due_on, issued_by=by,
        )
        for name, bill in zip(numbers, found.new, strict=True)
    ]  # fmt: skip
    gifts.apply_waiting(issued)
    paying_notices.tell_issued(issued, by=by, at=at)
    return issued


@recorded
def void_invoice(invoice: FundingInvoice, *, reason: str, by: User | None, at: datetime) -> FundingInvoice:
    """Void an invoice, so that its months can be invoiced again.

    :raises CannotPay: if there is no reason, it was voided before, or payments are recorded for it.
    """
    invoice = _lock_invoice(invoice)
    if invoice.voided_at:
        raise CannotPay(_("This invoice was already voided."))
    if not reason.strip():
        raise CannotPay(_("Enter the reason. The partner sees it."), field="reason")
    gifts.release(invoice)
    if with_paid(FundingInvoice.objects.filter(pk=invoice.pk)).get().paid:
        raise CannotPay(_("Payments are recorded for this invoice. Decline them first, if they were not received."))
    invoice.voided_at, invoice.voided_by, invoice.void_reason = at, by, reason.strip()
    invoice.save(update_fields=["voided_at", "voided_by", "void_reason"])
    paying_notices.tell_voided(invoice, by=by, at=at)
    return invoice


def _numbers(budget: FundingBudget, count: int) -> list[str]:
    """Return the next free numbers of invoices, such as IFA-26-01/2026-001."""
    used = FundingInvoice.objects.filter(budget=budget).count()
    names = set(FundingInvoice.objects.filter(agreement=budget.agreement_id).values_list("number", flat=True))
    found: list[str] = []
    while len(found) < count:
        used += 1
        name = f"{budget.agreement.number[:29]}/{budget.first_on.year}-{used:03}"
        if name not in names:
            found.append(name)
    return found


# ---------------------------------------------------------------- Payments
@recorded
def record_payment(
    invoice: FundingInvoice, *, amount: Decimal, received_on: date, text: str, by: User | None, at: datetime
) -> list[Contribution]:
    """Record a payment of an invoice: cash toward the periods that it covers, one entry for each that is not closed.

    A payment for months whose periods are all closed counts in the next period that is open.

    :raises CannotPay: if the invoice was voided, more would be paid than is open, the day is in the future, the
        reference is missing, or all periods are closed.
    """
    invoice = _lock_invoice(invoice)
    budget = invoice.budget
    if invoice.voided_at:
        raise CannotPay(_("This invoice was voided."))
    if received_on > budget.agreement.area.day_of(at):
        raise CannotPay(_("This day is in the future."), field="received_on")
    if not text.strip():
        raise CannotPay(_("Enter the reference of the payment, such as the number of the check."), field="text")
    left = invoice.amount - with_paid(FundingInvoice.objects.filter(pk=invoice.pk)).get().paid
    if not 0 < amount <= left:
        words = _("Enter an amount of up to %(left)s, which is open. Record more as a contribution in cash.")
        raise CannotPay(words % {"left": f"${left:,}"}, field="amount")
    return [
        Contribution.objects.create(
            agreement=budget.agreement, period=period, payer=invoice.payer, invoice=invoice,
            kind=Contribution.Kind.CASH, text=text.strip(), received_on=received_on, amount=part,
            status=Contribution.Status.ACCEPTED, decided_by=by, decided_at=at, by=by, at=at,
        )
        for period, part in _over_periods(invoice, amount).items()
        if part
    ]  # fmt: skip


def _over_periods(invoice: FundingInvoice, amount: Decimal) -> dict[FundingPeriod, Decimal]:
    """Divide a payment over the periods of an invoice that are not closed, by what the invoice has for each."""
    budget = invoice.budget
    unclosed = [each for each in lock_periods(budget) if not each.is_closed]
    covered = [each for each in unclosed if each.first_on <= invoice.last_on and each.last_on >= invoice.first_on]
    if not covered:
        later = [each for each in unclosed if each.first_on > invoice.last_on]
        if not later:
            raise CannotPay(_("All periods of this budget are closed. Record the payment in the budget that follows."))
        return {later[0]: amount}
    shares = shares_by_period(budget, [invoice.payer_id])
    months = months_of_payers(budget, [invoice.payer], covered, shares)
    weights = {period: _owed_in(period, invoice, months) for period in covered}
    if not any(weights.values()):
        weights = dict.fromkeys(covered, Decimal(1))
    return allocate(amount, weights)


def _owed_in(period: FundingPeriod, invoice: FundingInvoice, months: Months) -> Decimal:
    span = Span(period.number, period.first_on, period.last_on)
    return sum(
        (
            months[invoice.payer_id, month]
            for month in span.months
            if month <= invoice.last_on and month_span(month).last_on >= invoice.first_on
        ),
        ZERO,
    )


def _lock_invoice(invoice: FundingInvoice) -> FundingInvoice:
    """Lock the budget of an invoice, and return the invoice with it."""
    # The budget stays while it is locked, so that two payments never pay more than is open, or meet a voided invoice.
    budget = lock_paid_budget(invoice.budget_id)
    rows = FundingInvoice.objects.select_related("payer__partnership__organization", "agreement__area__state")
    locked = rows.get(pk=invoice.pk)
    locked.budget = budget
    return locked
