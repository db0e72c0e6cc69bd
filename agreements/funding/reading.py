"""Read the budget of a year as a plan, from which shares are computed; always the same number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from agreements.funding.plans import BasePlan, BudgetPlan, Cost, PayerPlan, PoolPlan, Span
from agreements.models import (
    AllocationBase,
    BaseCount,
    CostLine,
    CostPool,
    FundingBudget,
    FundingPeriod,
    NegotiatedShare,
    Payer,
    PayerCenter,
    Stage,
)


def plan_of(budget: FundingBudget) -> BudgetPlan:
    """Return the plan of a budget with the counts of the budget; eight queries."""
    periods = list(FundingPeriod.objects.filter(budget=budget).order_by("number"))
    centers: dict[int, set[int]] = defaultdict(set)
    for payer_id, center in PayerCenter.objects.filter(payer__budget=budget).values_list("payer", "center"):
        centers[payer_id].add(center)
    costs: dict[int, list[Cost]] = defaultdict(list)
    for line in CostLine.objects.current().filter(pool__budget=budget).order_by("pk"):
        costs[line.pool_id].append(cost_of(line))
    counts = BaseCount.objects.filter(base__budget=budget, stage=Stage.PLAN)
    negotiated = NegotiatedShare.objects.filter(payer__budget=budget)
    return BudgetPlan(
        first_on=budget.first_on,
        periods=tuple(Span(each.number, each.first_on, each.last_on) for each in periods),
        payers=tuple(payer_plan(payer, centers[payer.pk]) for payer in payers_of(budget)),
        bases={base.pk: base_plan(base) for base in AllocationBase.objects.current().filter(budget=budget)},
        pools=tuple(
            PoolPlan(pool.pk, pool.base_id, pool.center_id, tuple(costs[pool.pk])) for pool in pools_of(budget)
        ),
        counts=counts_in_force(counts.select_related("period"), [each.number for each in periods]),
        negotiated={(each.pool_id, each.payer_id): each.amount for each in negotiated},
        proration=budget.proration,
    )


def payers_of(budget: FundingBudget) -> list[Payer]:
    """Return the payers of a budget in the order that decides ties."""
    rows = Payer.objects.current().filter(budget=budget).select_related("partnership__organization")
    return list(rows.order_by("position", "pk"))


def pools_of(budget: FundingBudget) -> list[CostPool]:
    """Return the pools of a budget in their order."""
    rows = CostPool.objects.current().filter(budget=budget).select_related("center", "base")
    return list(rows.order_by("position", "pk"))


def cost_of(line: CostLine) -> Cost:
    """Return a cost line as the plan has it."""
    return Cost(line.amount, line.each, line.first_on, line.last_on, line.escalator, line.escalated)


def payer_plan(payer: Payer, centers: Iterable[int]) -> PayerPlan:
    """Return a payer as the plan has it."""
    return PayerPlan(payer.pk, frozenset(centers), payer.starts_on, payer.ends_on, payer.is_negotiated)


def base_plan(base: AllocationBase) -> BasePlan:
    """Return a base as the plan has it."""
    return BasePlan(base.pk, base.is_equal, base.common, base.common_by)


def counts_in_force(counts: Iterable[BaseCount], numbers: Iterable[int]) -> dict[tuple[int, int, int], Decimal]:
    """Return the count of each base, payer and period: a count holds from its period on, until the next one."""
    known: dict[tuple[int, int], dict[int, Decimal]] = defaultdict(dict)
    for count in counts:
        known[count.base_id, count.payer_id][count.period.number] = count.value
    found: dict[tuple[int, int, int], Decimal] = {}
    for number in numbers:
        for (base, payer), values in known.items():
            if number in values:
                found[base, payer, number] = values[number]
            elif (base, payer, number - 1) in found:
                found[base, payer, number] = found[base, payer, number - 1]
    return found
