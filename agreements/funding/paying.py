"""What partners owe by a budget: in each period, and in each month."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from math import lcm

from django.db.models import Sum

from agreements.cost_sharing import allocate
from agreements.funding.plans import ZERO, PayerPlan, Span, months_from, shares_of, time_in
from agreements.funding.reading import plan_of
from agreements.models import CostShare, FundingBudget, FundingPeriod, Payer, Stage

WHOLE_MONTH = lcm(28, 29, 30, 31)
PeriodShares = dict[tuple[int, int], Decimal]  # by payer and number of the period


def shares_by_period(budget: FundingBudget, payers: Collection[int] | None = None) -> PeriodShares:
    """Return what each payer bears in each period: as stored if the budget is adopted, or else computed from its draft.

    One query for an adopted budget. ``payers`` limits it to some.
    """
    found: PeriodShares = defaultdict(lambda: ZERO)
    if budget.is_adopted:
        rows = CostShare.objects.filter(budget=budget, stage=Stage.PLAN)
        if payers is not None:
            rows = rows.filter(payer__in=payers)
        for payer, number, amount in rows.values_list("payer", "period__number").annotate(sum=Sum("amount")):
            found[payer, number] = amount
        return dict(found)
    for share in shares_of(plan_of(budget)).rows:
        if payers is None or share.payer in payers:
            found[share.payer, share.period] += share.amount
    return dict(found)


def by_month(amount: Decimal, payer: Payer, span: Span, proration: str) -> dict[date, Decimal]:
    """Return what a payer bears in each month of a period, by first day: in equal parts for months in which it pays.

    By days, months in which it joins or leaves count by their days. All months add up to the amount.
    """
    plan = PayerPlan(payer.pk, starts_on=payer.starts_on, ends_on=payer.ends_on)
    weights = {month: _weight(plan, month, proration) for month in span.months}
    if not any(weights.values()):
        weights = dict.fromkeys(span.months, 1)
    return allocate(amount, weights)


def _weight(payer: PayerPlan, month: date, proration: str) -> int:
    """Return how much of a month a payer takes part; ``WHOLE_MONTH`` is all of it."""
    part, whole = time_in(payer, month_span(month), proration)
    return part * (WHOLE_MONTH // whole)


def month_span(month: date) -> Span:
    """Return a month as a period."""
    start, after = months_from(month, 2)
    return Span(1, start, date.fromordinal(after.toordinal() - 1))


def months_of_payers(
    budget: FundingBudget,
    payers: Iterable[Payer],
    periods: Iterable[FundingPeriod],
    shares: Mapping[tuple[int, int], Decimal],
) -> dict[tuple[int, date], Decimal]:
    """Return what each payer bears in each month of the year, by its first day; no query."""
    spans = [Span(each.number, each.first_on, each.last_on) for each in periods]
    return {
        (payer.pk, month): amount
        for payer in payers
        for span in spans
        for month, amount in by_month(shares.get((payer.pk, span.number), ZERO), payer, span, budget.proration).items()
    }
