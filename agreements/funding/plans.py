"""Compute the shares of a budget: from costs and counts, period by period. Pure: it reads no database and no clock.

A year is twelve months. Each cost is spread over months, a period is the sum of its months, and every pool of a period
is divided by :func:`agreements.cost_sharing.allocate`. A year is the sum of its periods, never rounded anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from agreements.cost_sharing import allocate, to_the_cent

ZERO = Decimal("0.00")
MONTHS = 12
YEAR, MONTH, ONCE = "year", "month", "once"
BY_MONTHS, BY_DAYS = "months", "days"
OWN, EQUAL = "own", "equal"
LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Cost:
    """One cost: an amount a year, a month or once; from and until a month, if not the whole year.

    ``escalator`` is a percent a year, ``escalated`` the years since the amount was agreed.
    """

    amount: Decimal
    each: str = YEAR
    first_on: date | None = None
    last_on: date | None = None
    escalator: Decimal = Decimal(0)
    escalated: int = 0


@dataclass(frozen=True)
class Span:
    """A period of the year: its number, and its first and last day."""

    number: int
    first_on: date
    last_on: date

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return list(months_from(self.first_on, months_between(self.first_on, self.last_on)))


@dataclass(frozen=True)
class PayerPlan:
    """Who pays, in which centers and from when to when; a negotiated payer pays what was negotiated alone."""

    key: int
    centers: frozenset[int] = frozenset()
    starts_on: date | None = None
    ends_on: date | None = None
    is_negotiated: bool = False


@dataclass(frozen=True)
class BasePlan:
    """How a pool is shared: equally, or by counts; the common area of a center is added to own space."""

    key: int
    is_equal: bool = False
    common: Decimal | None = None
    common_by: str = OWN


@dataclass(frozen=True)
class PoolPlan:
    """A pool: its center (``None`` for the area), its base, and its costs."""

    key: int
    base: int
    center: int | None = None
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True)
class BudgetPlan:
    """All that shares of a program year follow from. ``counts`` are by base, payer and number of the period."""

    first_on: date
    periods: tuple[Span, ...]
    payers: tuple[PayerPlan, ...] = ()
    bases: Mapping[int, BasePlan] = field(default_factory=dict)
    pools: tuple[PoolPlan, ...] = ()
    counts: Mapping[tuple[int, int, int], Decimal] = field(default_factory=dict)
    negotiated: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)  # by pool and payer, for the year
    proration: str = BY_MONTHS


@dataclass(frozen=True)
class Counted:
    """What counts for a payer in a period: its own count, its part of the common area, and its months or days."""

    own: Decimal
    common: Decimal
    part: int
    whole: int

    @property
    def count(self) -> Decimal:
        """Own count and part of the common area."""
        return self.own + self.common


@dataclass(frozen=True)
class Share:
    """What a payer bears of a pool in a period: ``of_amount`` x ``weight`` / ``of_weight``, rounded to add up.

    A negotiated share has no weight.
    """

    period: int
    pool: int
    payer: int
    amount: Decimal
    of_amount: Decimal
    weight: Decimal | None = None
    of_weight: Decimal | None = None


@dataclass(frozen=True)
class Unshared:
    """A pool with costs in a period, of which nobody has a count."""

    period: int
    pool: int
    amount: Decimal


@dataclass(frozen=True)
class Shares:
    """The shares of a year, by period, pool and payer; and pools that cannot be shared yet."""

    rows: Sequence[Share]
    unshared: Sequence[Unshared]


# ---------------------------------------------------------------- Months and periods
def months_from(first: date, number: int) -> Iterator[date]:
    """Yield the first days of so many months."""
    for step in range(number):
        years, month = divmod(first.month - 1 + step, MONTHS)
        yield date(first.year + years, month + 1, 1)


def months_between(first: date, last: date) -> int:
    """Return how many calendar months two days touch."""
    return (last.year - first.year) * MONTHS + last.month - first.month + 1


def periods_of(first_on: date, frequency: str) -> list[Span]:
    """Return the periods of a program year by frequency: month, quarter, half or year."""
    length = LENGTHS[frequency]
    starts = list(months_from(first_on, MONTHS + 1))
    return [
        Span(number, starts[at], starts[at + length] - timedelta(days=1))
        for number, at in enumerate(range(0, MONTHS, length), start=1)
    ]


# ---------------------------------------------------------------- Costs
def escalate(amount: Decimal, percent: Decimal, years: int) -> Decimal:
    """Return amount x (1 + percent / 100) ^ years, rounded once to the cent, half up."""
    factor = (1 + percent / 100) ** years if years else Decimal(1)
    return to_the_cent(amount * factor)


def spread_over_year(amount: Decimal) -> list[Decimal]:
    """Return what an amount for a year is in each of twelve months: even quarters first, then even months in each."""
    quarters = allocate(amount, dict.fromkeys(range(4), 1))
    return [part for quarter in quarters.values() for part in allocate(quarter, dict.fromkeys(range(3), 1)).values()]


def months_of(cost: Cost, first_on: date) -> list[Decimal]:
    """Return what a cost is in each of the twelve months from a day on.

    A cost for a year is spread over all twelve months first, so that a cost of half a year is half of it.
    """
    amount = escalate(cost.amount, cost.escalator, cost.escalated)
    months = list(months_from(first_on, MONTHS))
    if cost.each == ONCE:
        assert cost.first_on
        return [amount if month == cost.first_on.replace(day=1) else ZERO for month in months]
    by_month = (
        dict(zip(months, spread_over_year(amount), strict=True)) if cost.each == YEAR else dict.fromkeys(months, amount)
    )
    first = cost.first_on.replace(day=1) if cost.first_on else months[0]
    last = cost.last_on or months[-1]
    return [part if first <= month <= last else ZERO for month, part in by_month.items()]


def amount_in(costs: Sequence[Cost], first_on: date, period: Span) -> Decimal:
    """Return what costs come to in a period."""
    wanted = set(period.months)
    return sum(
        (
            part
            for cost in costs
            for month, part in zip(months_from(first_on, MONTHS), months_of(cost, first_on), strict=True)
            if month in wanted
        ),
        ZERO,
    )


# ---------------------------------------------------------------- Who takes part, for how long, with which count
def time_in(payer: PayerPlan, period: Span, proration: str) -> tuple[int, int]:
    """Return for how many months or days of a period a payer pays, and of how many.

    By months, a month counts if the payer pays on any day of it.
    """
    first, last = max(payer.starts_on or date.min, period.first_on), min(payer.ends_on or date.max, period.last_on)
    if proration == BY_DAYS:
        return max((last - first).days + 1, 0), (period.last_on - period.first_on).days + 1
    return (months_between(first, last) if first <= last else 0), len(period.months)


def takes_part(payer: PayerPlan, pool: PoolPlan) -> bool:
    """Whether a payer shares a pool: it is of the whole area, or of a center in which the payer takes part."""
    return not payer.is_negotiated and (pool.center is None or pool.center in payer.centers)


def counted(plan: BudgetPlan, pool: PoolPlan, period: Span) -> dict[int, Counted]:
    """Return what counts for each payer that shares a pool in a period."""
    base = plan.bases[pool.base]
    times = {payer.key: time_in(payer, period, plan.proration) for payer in plan.payers if takes_part(payer, pool)}
    times = {key: time for key, time in times.items() if time[0]}
    own = {
        key: Decimal(1) if base.is_equal else plan.counts.get((base.key, key, period.number), Decimal(0))
        for key in times
    }
    shared = dict.fromkeys(own, Decimal(0))
    if base.common and any(own.values()):
        shared = allocate(base.common, own if base.common_by == OWN else dict.fromkeys(own, Decimal(1)))
    return {key: Counted(own[key], shared[key], *times[key]) for key in times}


def weights_of(plan: BudgetPlan, pool: PoolPlan, period: Span) -> dict[int, Decimal]:
    """Return the weight of each payer that shares a pool in a period: its count, times its months or days if needed."""
    parts = counted(plan, pool, period)
    is_whole = all(each.part == each.whole for each in parts.values())
    return {key: each.count if is_whole else each.count * each.part for key, each in parts.items()}


# ---------------------------------------------------------------- Shares
def shares_of(plan: BudgetPlan) -> Shares:
    """Return the shares of all pools and payers in all periods."""
    rows: list[Share] = []
    unshared: list[Unshared] = []
    for pool in plan.pools:
        months = _months_of_pool(plan, pool)
        negotiated = _negotiated_by_month(plan, pool, months)
        for period in plan.periods:
            wanted = period.months
            amount = sum((months[month] for month in wanted), ZERO)
            fixed = {key: sum((by[month] for month in wanted), ZERO) for key, by in negotiated.items()}
            found = divide(plan, pool, period, amount, fixed)
            if isinstance(found, Unshared):
                unshared.append(found)
            else:
                rows += found
    return Shares(rows, unshared)


def divide(
    plan: BudgetPlan, pool: PoolPlan, period: Span, amount: Decimal, fixed: Mapping[int, Decimal]
) -> list[Share] | Unshared:
    """Return the shares of one pool in one period, or that nobody has a count by which to share it.

    ``fixed`` are negotiated shares by payer; they come off the amount, never more than it.
    """
    rows, left = [], amount
    for key, part in fixed.items():
        taken = min(part, left)
        rows.append(Share(period.number, pool.key, key, taken, amount))
        left -= taken
    weights = weights_of(plan, pool, period)
    total = sum(weights.values(), Decimal(0))
    if not total:
        return Unshared(period.number, pool.key, left) if left else rows
    parts = allocate(left, weights)
    rows += [Share(period.number, pool.key, key, parts[key], left, weight, total) for key, weight in weights.items()]
    return rows


def _months_of_pool(plan: BudgetPlan, pool: PoolPlan) -> dict[date, Decimal]:
    months = list(months_from(plan.first_on, MONTHS))
    found = [months_of(cost, plan.first_on) for cost in pool.costs]
    return {month: sum((cost[at] for cost in found), ZERO) for at, month in enumerate(months)}


def _negotiated_by_month(
    plan: BudgetPlan, pool: PoolPlan, months: Mapping[date, Decimal]
) -> dict[int, dict[date, Decimal]]:
    """Return negotiated shares of a pool by payer and month, spread as its costs are."""
    found = {}
    for payer in plan.payers:
        amount = plan.negotiated.get((pool.key, payer.key), ZERO)
        if payer.is_negotiated and amount and any(months.values()):
            found[payer.key] = allocate(min(amount, sum(months.values(), ZERO)), months)
    return found
