"""Budgets of a program year, generated from a seed: thirty payers, twelve pools, five centers, and every oddity."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agreements.funding.plans import (
    BasePlan,
    BudgetPlan,
    Cost,
    PayerPlan,
    PoolPlan,
    months_from,
    periods_of,
)
from agreements.models import Agreement, FundingBudget, NegotiatedShare
from tests import factories

FIRST = date(2026, 7, 1)


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    payers: int = 30
    pools: int = 12
    centers: int = 5
    frequency: str = "quarter"


def money(number: random.Random, least: int, most: int) -> Decimal:
    """Return an amount in whole cents."""
    return Decimal(number.randrange(least * 100, most * 100)) / 100


def make_plan(seed: int, size: Size | None = None) -> BudgetPlan:
    """Return the plan of a year: the same for the same seed."""
    size = size or Size()
    number = random.Random(seed)
    periods = tuple(periods_of(FIRST, size.frequency))
    payers = tuple(_payer(number, key, size) for key in range(1, size.payers + 1))
    bases = {key: _base(number, key) for key in range(1, 6)}
    pools = tuple(_pool(number, key, size) for key in range(1, size.pools + 1))
    counts = {}
    for base in bases.values():
        for payer in payers:
            value = _count(number, payer.key)
            for period in periods:
                if number.random() < 0.1:
                    value = _count(number, payer.key)
                counts[base.key, payer.key, period.number] = value
    negotiated = {(pools[0].key, payer.key): Decimal("1234.57") for payer in payers if payer.is_negotiated}
    return BudgetPlan(
        FIRST, periods, payers, bases, pools, counts, negotiated, number.choice(["months", "days"])
    )  # fmt: skip


def _payer(number: random.Random, key: int, size: Size) -> PayerPlan:
    """The first payer is everywhere, all year, and always has a count, so that each pool can be shared."""
    if key == 1:
        return PayerPlan(1, frozenset(range(1, size.centers + 1)))
    centers = frozenset(number.sample(range(1, size.centers + 1), number.randint(1, size.centers)))
    joins, leaves = number.random() < 0.1, number.random() < 0.1
    return PayerPlan(
        key,
        centers,
        date(2026, number.randint(8, 12), number.randint(1, 28)) if joins else None,
        date(2027, number.randint(1, 6), number.randint(1, 28)) if leaves else None,
        is_negotiated=key == size.payers,
    )


def _base(number: random.Random, key: int) -> BasePlan:
    if key == 1:
        return BasePlan(1, common=money(number, 100, 5000), common_by=number.choice(["own", "equal"]))
    return BasePlan(key, is_equal=key == 2)


def _pool(number: random.Random, key: int, size: Size) -> PoolPlan:
    center = None if key % 4 == 0 else number.randint(1, size.centers)
    costs = tuple(_cost(number) for _ in range(number.randint(1, 4)))
    return PoolPlan(key, number.randint(1, 5), center, costs)


def _cost(number: random.Random) -> Cost:
    each = number.choice(["year", "year", "month", "once"])
    months = list(months_from(FIRST, 12))
    first = number.choice(months) if each == "once" or number.random() < 0.2 else None
    return Cost(
        money(number, 0, 90_000),
        each,
        first,
        date(2027, 5, 31) if each == "year" and number.random() < 0.2 and first is None else None,
        number.choice([Decimal(0), Decimal(3), Decimal("2.875"), Decimal(-1)]),
        number.randint(0, 3),
    )


def _count(number: random.Random, payer: int) -> Decimal:
    if payer == 1:
        return Decimal(7)
    return number.choice([Decimal(0), Decimal(1), Decimal(number.randrange(1, 400_000)) / 100])


# ---------------------------------------------------------------- Stored
def store_plan(plan: BudgetPlan, agreement: Agreement, partners: Any, centers: Any, **fields: Any) -> FundingBudget:
    """Store a plan as a draft; partners and centers in the order of their numbers in the plan."""
    lengths = {1: "year", 2: "half", 4: "quarter", 12: "month"}
    budget = factories.make_budget(
        agreement, first_on=plan.first_on, frequency=lengths[len(plan.periods)], proration=plan.proration, **fields
    )
    by_number = {each.number: each for each in budget.periods.all()}
    bases = {key: _store_base(budget, base) for key, base in plan.bases.items()}
    pools = {}
    for pool in plan.pools:
        center = centers[pool.center - 1] if pool.center else None
        pools[pool.key] = factories.make_pool(
            bases[pool.base], name=f"Pool {pool.key}", center=center, position=pool.key
        )
        for at, cost in enumerate(pool.costs, start=1):
            named = {"name": f"Cost {at}", "amount": cost.amount, "each": cost.each, "first_on": cost.first_on}
            more = {"last_on": cost.last_on, "escalator": cost.escalator, "escalated": cost.escalated}
            factories.make_cost_line(pools[pool.key], **named, **more)
    payers = {}
    for each in plan.payers:
        decided = {"is_negotiated": True, "decision": "As negotiated", "decided_on": plan.first_on}
        payers[each.key] = factories.make_payer(
            budget,
            partners[each.key - 1],
            *[centers[key - 1] for key in sorted(each.centers)],
            position=each.key,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            **(decided if each.is_negotiated else {}),
        )
    for (base, payer, number), value in plan.counts.items():
        if value != plan.counts.get((base, payer, number - 1)):
            factories.make_count(bases[base], payers[payer], value, period=by_number[number])
    NegotiatedShare.objects.bulk_create(
        [
            NegotiatedShare(agreement=agreement, payer=payers[payer], pool=pools[pool], amount=amount)
            for (pool, payer), amount in plan.negotiated.items()
        ]
    )
    return budget


def _store_base(budget: FundingBudget, base: BasePlan) -> Any:
    kind = "equal" if base.is_equal else "square_feet" if base.common else "fte"
    return factories.make_base(
        budget, name=f"Base {base.key}", kind=kind, common=base.common, common_by=base.common_by
    )  # fmt: skip
