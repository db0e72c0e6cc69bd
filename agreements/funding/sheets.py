"""Shares of a budget as a sheet of partners and pools: for the year or a period, for all centers or one.

Shares of an adopted budget are stored; those of a draft are computed from its costs and counts each time. Amounts are
dollars to the cent. Rows, columns and the total of a sheet are added up apart, so that a page can show that they agree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from agreements.funding.plans import (
    MONTHS,
    ZERO,
    BudgetPlan,
    Share,
    Shares,
    Unshared,
    months_from,
    months_of,
    shares_of,
)
from agreements.funding.reading import plan_of
from agreements.models import CostPool, CostShare, FundingBudget, FundingPeriod, Payer, Stage

AREA_WIDE = 0  # instead of a center: pools of the whole area
WIDE = 6  # columns of pools up to which a sheet fits a page beside its sums
# The facts of a stored share, as a Share takes them.
FACTS = ("period__number", "pool", "payer", "amount", "of_amount", "weight", "of_weight")
PoolName = tuple[str, int | None]  # by which a pool is found again in another year: its name and center


@dataclass(frozen=True)
class BudgetShares:
    """All shares of a program year, with the plan from which they follow, and what they are about, by id."""

    budget: FundingBudget
    plan: BudgetPlan
    periods: Sequence[FundingPeriod]
    payers: Mapping[int, Payer]
    pools: Mapping[int, CostPool]
    rows: Sequence[Share]
    unshared: Sequence[Unshared]

    @cached_property
    def by_cell(self) -> dict[tuple[int, int], list[Share]]:
        """The shares of each pool and payer, in the order of periods."""
        found: dict[tuple[int, int], list[Share]] = defaultdict(list)
        for share in self.rows:
            found[share.pool, share.payer].append(share)
        return found

    def of(self, pool: int, payer: int, period: int | None = None) -> list[Share]:
        """Return the shares of a payer in a pool: of all periods, or of one."""
        return [each for each in self.by_cell.get((pool, payer), ()) if period in (None, each.period)]

    def cost_of(self, pool: int, period: int | None = None) -> Decimal:
        """Return what the lines of a pool come to, in a period or the year."""
        spans = [each for each in self.plan.periods if period in (None, each.number)]
        months = self._months.get(pool, {})
        return sum((months.get(month, ZERO) for span in spans for month in span.months), ZERO)

    @cached_property
    def _months(self) -> dict[int, dict[date, Decimal]]:
        """What each pool costs in each month, by its id."""
        first = list(months_from(self.plan.first_on, MONTHS))
        found: dict[int, dict[date, Decimal]] = {}
        for pool in self.plan.pools:
            costs = [months_of(cost, self.plan.first_on) for cost in pool.costs]
            found[pool.key] = {month: sum((cost[at] for cost in costs), ZERO) for at, month in enumerate(first)}
        return found

    def total(self, period: int | None = None) -> Decimal:
        """Return the sum of all shares, in a period or the year."""
        return sum((each.amount for each in self.rows if period in (None, each.period)), ZERO)

    def total_of(self, payer: int, period: int | None = None) -> Decimal:
        """Return the sum of the shares of a payer, in a period or the year."""
        return sum((s.amount for s in self.rows if s.payer == payer and period in (None, s.period)), ZERO)


@dataclass(frozen=True)
class Change:
    """An amount against that of last year, in percent to a tenth; ``None`` where last year's was nothing."""

    before: Decimal
    percent: Decimal | None
    is_flagged: bool

    @property
    def down(self) -> Decimal:
        """By how many percent it fell."""
        return -(self.percent or Decimal(0))


@dataclass(frozen=True)
class Line:
    """What one payer bears: of each pool (``None`` if it does not share it), and in all."""

    payer: Payer
    cells: Sequence[tuple[CostPool, Decimal | None]]
    total: Decimal
    change: Change | None


@dataclass(frozen=True)
class Column:
    """A pool with the sum of its shares, what its lines come to, and what nobody has a count for."""

    pool: CostPool
    total: Decimal
    cost: Decimal
    unshared: Decimal


@dataclass(frozen=True)
class Sheet:
    """Payers by pools, with sums."""

    lines: Sequence[Line]
    columns: Sequence[Column]
    total: Decimal

    @property
    def is_wide(self) -> bool:
        """Whether its columns must be narrow to fit a page."""
        return len(self.columns) > WIDE

    @property
    def places(self) -> list[tuple[Any, int]]:
        """The centers of the columns from left to right (``None``: the whole area), each with its number of columns."""
        centers = [column.pool.center for column in self.columns]
        return [(center, len(list(some))) for center, some in groupby(centers)]

    @property
    def by_rows(self) -> Decimal:
        """The sum of the rows."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def by_columns(self) -> Decimal:
        """The sum of the columns."""
        return sum((column.total for column in self.columns), ZERO)

    @property
    def cost(self) -> Decimal:
        """What the lines of the pools come to."""
        return sum((column.cost for column in self.columns), ZERO)

    @property
    def adds_up(self) -> bool:
        """Whether rows, columns and the total agree to the cent."""
        return self.by_rows == self.by_columns == self.total

    @property
    def meets_cost(self) -> bool:
        """Whether all that the pools cost is shared, to the cent."""
        return all(column.total == column.cost for column in self.columns)

    @property
    def unshared(self) -> list[Column]:
        """Pools of which a part is not shared, as nobody has a count."""
        return [column for column in self.columns if column.unshared]


def shares_of_budget(budget: FundingBudget) -> BudgetShares:
    """Return the shares of a budget as they are stored, or as they would be; always the same number of queries.

    Periods of which nothing is stored are computed, as all of a draft are.
    """
    plan = plan_of(budget)
    stored = CostShare.objects.filter(budget=budget, stage=Stage.PLAN).order_by(
        "period__number", "pool__position", "pk"
    )
    rows = [Share(*facts) for facts in stored.values_list(*FACTS)]
    known = {each.period for each in rows}
    is_stored = all(each.number in known for each in plan.periods)
    computed = Shares((), ()) if is_stored else shares_of(plan)
    rows += [each for each in computed.rows if each.period not in known]
    payers = Payer.objects.filter(budget=budget).select_related("partnership__organization", "partnership__area")
    pools = CostPool.objects.filter(budget=budget).select_related("center", "base")
    paying, shared = {each.payer for each in rows}, {each.pool for each in rows}
    return BudgetShares(
        budget=budget,
        plan=plan,
        periods=list(FundingPeriod.objects.filter(budget=budget).order_by("number")),
        payers=_kept(payers.order_by("position", "pk"), paying),
        pools=_kept(pools.order_by("position", "pk"), shared),
        rows=sorted(rows, key=lambda each: each.period),
        unshared=[each for each in computed.unshared if each.period not in known],
    )


def _kept(rows: Iterable[Any], with_shares: set[int]) -> dict[int, Any]:
    """Return rows by id: those of today, and removed ones that still have shares in a period that was settled."""
    return {each.pk: each for each in rows if not each.is_archived or each.pk in with_shares}


# ---------------------------------------------------------------- The sheet
def sheet_of(
    shares: BudgetShares, *, period: int | None = None, center: int | None = None, last_year: BudgetShares | None = None
) -> Sheet:
    """Return the sheet of a year or period, of all pools or those of a center; ``AREA_WIDE`` are pools of the area."""
    pools = [each for each in shares.pools.values() if center is None or (each.center_id or AREA_WIDE) == center]
    order = list(dict.fromkeys(each.center_id for each in pools))
    pools.sort(key=lambda each: order.index(each.center_id))  # those of a center stand side by side
    amounts: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    wanted = {each.pk for each in pools}
    total = ZERO
    for share in shares.rows:
        if share.pool in wanted and period in (None, share.period):
            amounts[share.pool, share.payer] += share.amount
            total += share.amount
    compare = comparison(shares, last_year, period=period, pools=wanted)
    lines = []
    for payer in shares.payers.values():
        cells = [(pool, amounts.get((pool.pk, payer.pk))) for pool in pools]
        of_payer = sum((amount for _pool, amount in cells if amount is not None), ZERO)
        lines.append(Line(payer, cells, of_payer, compare(payer, of_payer)))
    unshared: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for each in shares.unshared:
        if period in (None, each.period):
            unshared[each.pool] += each.amount
    columns = [
        Column(
            pool,
            sum((amounts[pool.pk, payer] for payer in shares.payers if (pool.pk, payer) in amounts), ZERO),
            shares.cost_of(pool.pk, period),
            unshared[pool.pk],
        )
        for pool in pools
    ]
    return Sheet(lines, columns, total)


def name_of_pool(pool: CostPool) -> PoolName:
    """Return by what a pool is found again in another year."""
    return pool.name.casefold(), pool.center_id


def comparison(
    shares: BudgetShares, last_year: BudgetShares | None, *, period: int | None, pools: set[int] | None = None
) -> Callable[[Payer, Decimal], Change | None]:
    """Return what compares an amount of a payer with that of last year, in pools of the same name and center.

    A period is compared with the one of the same number, if the year is divided as last year was.
    """
    if last_year is None or (period and len(last_year.periods) != len(shares.periods)):
        return lambda payer, amount: None
    names = {name_of_pool(shares.pools[each]) for each in pools} if pools is not None else None
    before: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for share in last_year.rows:
        is_meant = names is None or name_of_pool(last_year.pools[share.pool]) in names
        if is_meant and period in (None, share.period):
            before[last_year.payers[share.payer].partnership_id] += share.amount
    known = {payer.partnership_id for payer in last_year.payers.values()}

    def compare(payer: Payer, amount: Decimal) -> Change | None:
        if payer.partnership_id not in known:
            return None
        return change_of(before[payer.partnership_id], amount, flag_above=shares.budget.flag_percent)

    return compare


def change_of(before: Decimal, now: Decimal, *, flag_above: Decimal) -> Change:
    """Return how an amount changed, flagged if by more than so many percent, or from nothing to something."""
    if not before:
        return Change(before, None, bool(now))
    exact = (now - before) / before * 100
    return Change(before, exact.quantize(Decimal("0.1")), abs(exact) > flag_above)
