"""The budget of a funding agreement on paper: costs, method, counts, and what each partner pays (20 CFR 678.755(b)).

A draft shows shares as they are computed now, an adopted budget those that are stored. Every total foots.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext

from agreements.funding.plans import ZERO, BudgetPlan, PoolPlan, amount_in
from agreements.funding.reading import payers_of, plan_of, pools_of
from agreements.funding.shares_table import shares_in
from agreements.models import (
    Agreement,
    AllocationBase,
    CostLine,
    CostPool,
    FundingBudget,
    FundingPeriod,
    Payer,
)

PERIODS_A_TABLE = 4  # so many columns of money fit a page, and a phone


class Sums:
    """What shares come to, by payer and pool, and by payer and number of the period; zero for what there is not."""

    def __init__(self, shares: Iterable[tuple[int, int, int, Decimal]]) -> None:
        self.of_pool: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
        self.of_period: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
        for period, pool, payer, amount in shares:
            self.of_pool[payer, pool] += amount
            self.of_period[payer, period] += amount

    def of_pools(self, payer: int, pools: Iterable[int]) -> Decimal:
        """Return what a payer bears of some pools."""
        return sum((self.of_pool[payer, pool] for pool in pools), ZERO)


@dataclass(frozen=True)
class Row:
    """A name with amounts, and their sum."""

    name: str
    amounts: Sequence[Decimal]
    note: str = ""

    @property
    def total(self) -> Decimal:
        """The sum of the amounts."""
        return sum(self.amounts, ZERO)


@dataclass(frozen=True)
class PoolPart:
    """A pool with its costs, and the share of each partner of it for the year."""

    pool: CostPool
    lines: Sequence[CostLine]
    amount: Decimal
    rows: Sequence[tuple[str, Decimal, Decimal | None]]  # partner, share, percent of the pool

    @property
    def shared(self) -> Decimal:
        """What partners bear of it."""
        return sum((share for _name, share, _percent in self.rows), ZERO)


@dataclass(frozen=True)
class CountTable:
    """The counts of a base, from each period on in which one of them changes."""

    base: AllocationBase
    periods: Sequence[FundingPeriod]
    rows: Sequence[tuple[str, Sequence[Decimal | None]]]


@dataclass(frozen=True)
class PeriodTable:
    """What partners pay in some periods."""

    periods: Sequence[FundingPeriod]
    rows: Sequence[Row]
    totals: Sequence[Decimal]


@dataclass(frozen=True)
class Exhibit:
    """The exhibit of one budget."""

    letter: str
    budget: FundingBudget
    categories: Sequence[str]
    pools: Sequence[PoolPart]
    by_category: Sequence[Row]
    totals: Row
    by_period: Sequence[PeriodTable]
    counts: Sequence[CountTable]
    negotiated: Sequence[Payer]
    unshared: Decimal

    @property
    def cost(self) -> Decimal:
        """What all pools cost in the year."""
        return sum((part.amount for part in self.pools), ZERO)


def exhibits_of(agreement: Agreement) -> list[Exhibit]:
    """Return the exhibits of a funding agreement, one for each budget that has pools and payers; none for others."""
    if agreement.kind != Agreement.Kind.IFA:
        return []
    budgets = FundingBudget.objects.filter(agreement=agreement).order_by("first_on")
    found = [each for each in budgets if pools_of(each) and payers_of(each)]
    return [exhibit_of(each, number=number) for number, each in enumerate(found)]


def exhibit_html(budget: FundingBudget, *, today: date) -> str:
    """Return the exhibit of one budget as a whole page."""
    agreement = budget.agreement
    number = FundingBudget.objects.filter(agreement=agreement, first_on__lt=budget.first_on).count()
    context = {
        "title": gettext("Exhibit, %(number)s, %(budget)s") % {"number": agreement.number, "budget": budget},
        "agreement": agreement,
        "exhibit": exhibit_of(budget, number=number),
        "today": today,
    }
    return render_to_string("agreements/paper/exhibit_paper.html", context)


def exhibit_of(budget: FundingBudget, *, number: int = 0) -> Exhibit:
    """Return the exhibit of a budget; a constant number of queries."""
    plan, payers, pools = plan_of(budget), payers_of(budget), pools_of(budget)
    periods = list(budget.periods.order_by("number"))
    shares, unshared = shares_in(budget)
    sums = Sums((share.period, share.pool, share.payer, share.amount) for share in shares)
    parts = _pools(plan, pools, payers, sums)
    categories = [each for each in CostPool.Category.values if any(pool.category == each for pool in pools)]
    of_category = [[pool.pk for pool in pools if pool.category == each] for each in categories]
    by_category = [
        Row(str(payer), [sums.of_pools(payer.pk, each) for each in of_category], _time(payer)) for payer in payers
    ]
    return Exhibit(
        letter=chr(ord("A") + number % 26),
        budget=budget,
        categories=[str(CostPool.Category(each).label) for each in categories],
        pools=parts,
        by_category=by_category,
        totals=Row("", [sum(column, ZERO) for column in zip(*(row.amounts for row in by_category), strict=True)]),
        by_period=_by_period(periods, payers, sums),
        counts=_counts(budget, plan, periods, payers),
        negotiated=[payer for payer in payers if payer.is_negotiated],
        unshared=sum((each.amount for each in unshared), ZERO),
    )


def _pools(plan: BudgetPlan, pools: list[CostPool], payers: list[Payer], sums: Sums) -> list[PoolPart]:
    lines: dict[int, list[CostLine]] = defaultdict(list)
    for line in CostLine.objects.current().filter(pool__in=pools).order_by("pk"):
        lines[line.pool_id].append(line)
    plans: dict[int, PoolPlan] = {each.key: each for each in plan.pools}
    parts = []
    for pool in pools:
        costs = plans[pool.pk].costs
        amount = sum((amount_in(costs, plan.first_on, period) for period in plan.periods), ZERO)
        shares = [(str(payer), sums.of_pool[payer.pk, pool.pk]) for payer in payers]
        rows = [(name, share, share / amount * 100 if amount else None) for name, share in shares if share]
        parts.append(PoolPart(pool, lines[pool.pk], amount, rows))
    return parts


def _by_period(periods: list[FundingPeriod], payers: list[Payer], sums: Sums) -> list[PeriodTable]:
    tables = []
    for start in range(0, len(periods), PERIODS_A_TABLE):
        some = periods[start : start + PERIODS_A_TABLE]
        rows = [Row(str(payer), [sums.of_period[payer.pk, each.number] for each in some]) for payer in payers]
        totals = [sum(column, ZERO) for column in zip(*(row.amounts for row in rows), strict=True)]
        tables.append(PeriodTable(some, rows, totals))
    return tables


def _counts(
    budget: FundingBudget, plan: BudgetPlan, periods: list[FundingPeriod], payers: list[Payer]
) -> list[CountTable]:
    bases = AllocationBase.objects.current().filter(budget=budget).select_related("center").order_by("pk")
    tables = []
    for base in bases:
        if base.is_equal:
            continue
        found = [[plan.counts.get((base.pk, payer.pk, each.number)) for payer in payers] for each in periods]
        changes = [at for at, column in enumerate(found) if not at or column != found[at - 1]]
        rows = [(str(payer), [found[at][place] for at in changes]) for place, payer in enumerate(payers)]
        shown = [(name, values) for name, values in rows if any(value is not None for value in values)]
        tables.append(CountTable(base, [periods[at] for at in changes], shown))
    return tables


def _time(payer: Payer) -> str:
    """Return from when to when a payer pays, if not the whole year."""
    words = []
    if payer.starts_on:
        words.append(gettext("from %(day)s") % {"day": date_format(payer.starts_on, "F j, Y")})
    if payer.ends_on:
        words.append(gettext("until %(day)s") % {"day": date_format(payer.ends_on, "F j, Y")})
    return " ".join(words)
