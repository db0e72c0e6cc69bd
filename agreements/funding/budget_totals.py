"""What many budgets come to at once, and how far they are: for lists; always the same number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from agreements.funding.plans import ZERO, months_of
from agreements.funding.reading import cost_of
from agreements.models import CostLine, CostShare, FundingBudget, FundingPeriod, Payer, Stage


@dataclass(frozen=True)
class BudgetTotal:
    """The cost of the year, and how many of its periods have ended and are closed."""

    cost: Decimal
    ended: int
    closed: int
    periods: int


def totals_of(budgets: Sequence[FundingBudget], *, today: date) -> dict[int, BudgetTotal]:
    """Return the totals of budgets by id: what is stored of adopted ones, what the lines of drafts come to.

    Three queries.
    """
    ids = [each.pk for each in budgets]
    stored = CostShare.objects.filter(budget__in=ids, stage=Stage.PLAN).values_list("budget")
    costs: dict[int, Decimal] = dict(stored.annotate(Sum("amount")).values_list("budget", "amount__sum"))
    drafts = {each.pk: each for each in budgets if each.pk not in costs}
    for pk, amount in _planned(drafts).items():
        costs[pk] = amount
    periods: dict[int, list[FundingPeriod]] = defaultdict(list)
    for period in FundingPeriod.objects.filter(budget__in=ids):
        periods[period.budget_id].append(period)
    return {
        pk: BudgetTotal(
            costs.get(pk, ZERO),
            sum(each.last_on < today for each in periods[pk]),
            sum(each.is_closed for each in periods[pk]),
            len(periods[pk]),
        )
        for pk in ids
    }


def _planned(drafts: dict[int, FundingBudget]) -> dict[int, Decimal]:
    lines = CostLine.objects.current().filter(pool__budget__in=drafts, pool__archived_at=None)
    costs: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines.select_related("pool"):
        budget = drafts[line.pool.budget_id]
        costs[budget.pk] += sum(months_of(cost_of(line), budget.first_on), ZERO)
    return costs


def shares_of_payers(payers: Iterable[Payer]) -> dict[int, Decimal]:
    """Return the stored shares of the year by the id of the payer; one query."""
    rows = CostShare.objects.filter(payer__in=[each.pk for each in payers], stage=Stage.PLAN).values_list("payer")
    return dict(rows.annotate(Sum("amount")).values_list("payer", "amount__sum"))
