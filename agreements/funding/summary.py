"""What a budget comes to, for its page: pools with their costs by center, totals by category, and who pays."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from agreements.funding.payers import carries_native_american_program
from agreements.funding.plans import ZERO, months_of
from agreements.funding.reading import cost_of, payers_of, pools_of
from agreements.models import AllocationBase, CostLine, CostPool, FundingBudget, NegotiatedShare, Payer, PayerCenter
from partners.models import Center


@dataclass(frozen=True)
class PoolCosts:
    """A pool with its costs, each with what it comes to in the year."""

    pool: CostPool
    lines: list[tuple[CostLine, Decimal]]

    @property
    def total(self) -> Decimal:
        """What the pool comes to in the year."""
        return sum((amount for _line, amount in self.lines), ZERO)


@dataclass
class Place:
    """The pools of one center, or of the whole area."""

    center: Center | None
    pools: list[PoolCosts] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What its pools come to in the year."""
        return sum((pool.total for pool in self.pools), ZERO)


@dataclass(frozen=True)
class PayerRow:
    """A payer with its centers, what was negotiated with it, and whether a decision is missing."""

    payer: Payer
    centers: list[Center]
    negotiated: Decimal
    needs_decision: bool


@dataclass(frozen=True)
class BudgetSummary:
    """All of a budget."""

    places: list[Place]
    by_category: list[tuple[str, Decimal]]
    bases: list[AllocationBase]
    payers: list[PayerRow]

    @property
    def total(self) -> Decimal:
        """What the budget comes to in the year."""
        return sum((place.total for place in self.places), ZERO)

    @property
    def without_decision(self) -> list[PayerRow]:
        """Native American programs whose share was not decided."""
        return [row for row in self.payers if row.needs_decision]


def summary_of(budget: FundingBudget) -> BudgetSummary:
    """Return what a budget comes to; seven queries."""
    lines: dict[int, list[tuple[CostLine, Decimal]]] = defaultdict(list)
    rows = CostLine.objects.current().filter(pool__budget=budget).select_related("replaces").order_by("pk")
    for line in rows:
        lines[line.pool_id].append((line, sum(months_of(cost_of(line), budget.first_on), ZERO)))
    places: dict[int | None, Place] = {}
    by_category = dict.fromkeys(CostPool.Category, ZERO)
    for pool in pools_of(budget):
        costs = PoolCosts(pool, lines[pool.pk])
        places.setdefault(pool.center_id, Place(pool.center)).pools.append(costs)
        by_category[CostPool.Category(pool.category)] += costs.total
    bases = AllocationBase.objects.current().filter(budget=budget).select_related("center").order_by("name", "pk")
    return BudgetSummary(
        places=sorted(places.values(), key=lambda place: (place.center is None, str(place.center or "").lower())),
        by_category=[(str(category.label), amount) for category, amount in by_category.items() if amount],
        bases=list(bases),
        payers=_payer_rows(budget),
    )


def _payer_rows(budget: FundingBudget) -> list[PayerRow]:
    payers = payers_of(budget)
    centers: dict[int, list[Center]] = defaultdict(list)
    for each in PayerCenter.objects.filter(payer__budget=budget).select_related("center").order_by("center__name"):
        centers[each.payer_id].append(each.center)
    negotiated: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for payer, amount in NegotiatedShare.objects.filter(payer__budget=budget).values_list("payer", "amount"):
        negotiated[payer] += amount
    native = carries_native_american_program(payers)
    return [
        PayerRow(payer, centers[payer.pk], negotiated[payer.pk], payer.pk in native and not payer.is_negotiated)
        for payer in payers
    ]
