"""Store the shares of a budget, and compute those of a period by actual costs and counts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from agreements.funding.plans import ZERO, BudgetPlan, Share, Shares, Unshared, divide, shares_of
from agreements.funding.reading import counts_in_force, plan_of
from agreements.models import (
    ActualCost,
    BaseCount,
    Contribution,
    CostShare,
    FundingBudget,
    FundingPeriod,
    Stage,
)

ROWS_AT_ONCE = 5_000


def store_shares(budget: FundingBudget) -> Shares:
    """Compute the shares of an adopted budget, store those of its open periods, and return all.

    The caller holds the lock of the budget. Periods whose statements were sent keep what is stored.
    """
    found = shares_of(plan_of(budget))
    open_ones = {each.number: each for each in budget.periods.filter(status=FundingPeriod.Status.OPEN)}
    CostShare.objects.filter(budget=budget, stage=Stage.PLAN, period__in=open_ones.values()).delete()
    write_shares(budget, open_ones.values(), found.rows, Stage.PLAN)
    return found


def write_shares(
    budget: FundingBudget, periods: Collection[FundingPeriod], shares: Iterable[Share], stage: str
) -> None:
    """Store the shares of some periods."""
    by_number = {each.number: each for each in periods}
    CostShare.objects.bulk_create(
        [
            CostShare(
                agreement_id=budget.agreement_id, budget=budget, period=by_number[share.period], pool_id=share.pool,
                payer_id=share.payer, stage=stage, amount=share.amount, weight=share.weight,
                of_weight=share.of_weight, of_amount=share.of_amount,
            )
            for share in shares
            if share.period in by_number
        ],
        batch_size=ROWS_AT_ONCE,
    )  # fmt: skip


def actual_shares(period: FundingPeriod) -> Shares:
    """Return the shares of a period by its actual costs and counts; twelve queries.

    A count that was not updated is that of the budget. A third party's contribution to the center in general lowers
    the cost of its pool (20 CFR 678.720(c)(4)).
    """
    budget = period.budget
    plan = plan_of(budget)
    span = next(each for each in plan.periods if each.number == period.number)
    updated = BaseCount.objects.filter(period=period, stage=Stage.ACTUAL).select_related("period")
    plan = replace(plan, counts={**plan.counts, **counts_in_force(updated, [period.number])})
    costs = actual_costs(period)
    general = general_contributions(period)
    fixed = _negotiated(plan, period)
    rows: list[Share] = []
    unshared: list[Unshared] = []
    for pool in plan.pools:
        amount = max(costs.get(pool.key, ZERO) - general.get(pool.key, ZERO), ZERO)
        found = divide(plan, pool, span, amount, fixed.get(pool.key, {}))
        if isinstance(found, Unshared):
            unshared.append(found)
        else:
            rows += found
    return Shares(rows, unshared)


def actual_costs(period: FundingPeriod) -> dict[int, Decimal]:
    """Return what each pool came to in a period, by its id; one query."""
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for pool, amount in ActualCost.objects.filter(period=period).values_list("line__pool", "amount"):
        found[pool] += amount
    return dict(found)


def general_contributions(period: FundingPeriod) -> dict[int, Decimal]:
    """Return what third parties gave to the center in general, by the id of the pool; one query."""
    rows = Contribution.objects.current().filter(
        period=period, payer=None, status=Contribution.Status.ACCEPTED, pool__isnull=False
    )
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for pool, amount in rows.values_list("pool", "amount"):
        if pool is not None:
            found[pool] += amount
    return dict(found)


def _negotiated(plan: BudgetPlan, period: FundingPeriod) -> dict[int, dict[int, Decimal]]:
    """Return the negotiated shares of a period by pool and payer, as the budget has them."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    negotiated = {payer.key for payer in plan.payers if payer.is_negotiated}
    for share in shares_of(plan).rows:
        if share.payer in negotiated and share.period == period.number:
            found[share.pool][share.payer] = share.amount
    return found
