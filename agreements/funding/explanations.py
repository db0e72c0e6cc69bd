"""Explain a share: from the cost of its pool and the counts of its base to the last cent.

Nothing is computed anew that was stored: a stored share keeps its amount and fraction. Where the counts of today no
longer give the stored weight, as in a period that was settled before they changed, the count is not divided further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from agreements.funding.plans import ZERO, Counted, PoolPlan, Share, Span, counted, escalate, months_from, months_of
from agreements.funding.reading import cost_of
from agreements.funding.sheets import BudgetShares
from agreements.models import AllocationBase, BaseCount, CostLine, CostPool, FundingPeriod, Payer, Stage

DIGITS = 4  # of a dollar, in an exact amount


@dataclass(frozen=True)
class Explained:
    """How a share comes about. ``is_counted`` is false for a negotiated share, which has no fraction.

    ``cost`` is what the pool comes to, ``negotiated`` what comes off it first, ``left`` what is shared by counts.
    """

    period: FundingPeriod
    payer: Payer
    amount: Decimal
    cost: Decimal
    negotiated: Decimal
    left: Decimal
    weight: Decimal | None
    of_weight: Decimal | None
    counted: Counted | None

    @property
    def is_counted(self) -> bool:
        """Whether it follows from counts."""
        return self.weight is not None

    @property
    def fraction(self) -> Fraction:
        """The part of the pool that it is."""
        return Fraction(self.weight or 0) / Fraction(self.of_weight or 1)

    @property
    def percent(self) -> str:
        """The fraction as "16.4339"."""
        return exact_text(self.fraction * 100)

    @property
    def exact(self) -> str:
        """The amount before rounding, as "31,520.3007…"."""
        return exact_text(Fraction(self.left) * self.fraction)

    @property
    def rounded_down(self) -> Decimal:
        """The whole cents of the exact amount."""
        return Decimal(floor(Fraction(self.left) * self.fraction * 100)) / 100

    @property
    def is_even(self) -> bool:
        """Whether nothing had to be rounded."""
        return Fraction(self.amount) == Fraction(self.left) * self.fraction

    @property
    def got_a_cent(self) -> bool:
        """Whether a cent was added, so that all shares add up."""
        return self.amount > self.rounded_down

    @property
    def is_part_time(self) -> bool:
        """Whether the payer pays for a part of the period only."""
        return self.counted is not None and self.counted.part != self.counted.whole


@dataclass(frozen=True)
class CostInYear:
    """A cost line by period: what was agreed, what it is by now, and what it comes to in each period."""

    line: CostLine
    escalated: Decimal
    amounts: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        """What it comes to in the year."""
        return sum(self.amounts, ZERO)


def exact_text(value: Fraction) -> str:
    """Return a number with up to four decimals, cut off, and a mark if there are more."""
    cut = floor(value * 10**DIGITS)
    text = f"{cut // 10**DIGITS:,}.{cut % 10**DIGITS:0{DIGITS}}"
    return text + "…" if Fraction(cut, 10**DIGITS) != value else text


def explain(shares: BudgetShares, pool: CostPool, payer: Payer, period: int | None = None) -> list[Explained]:
    """Return how the shares of a payer in a pool come about, by period; no query."""
    return [_explained(shares, pool, share) for share in shares.of(pool.pk, payer.pk, period)]


def explain_pool(shares: BudgetShares, pool: CostPool, period: int) -> list[Explained]:
    """Return how the shares of all payers in a pool come about in a period; no query."""
    rows = [each for each in shares.rows if each.pool == pool.pk and each.period == period]
    order = {payer: place for place, payer in enumerate(shares.payers)}
    return [_explained(shares, pool, share) for share in sorted(rows, key=lambda each: order[each.payer])]


def _explained(shares: BudgetShares, pool: CostPool, share: Share) -> Explained:
    of_pool = [each for each in shares.rows if each.pool == pool.pk and each.period == share.period]
    negotiated = sum((each.amount for each in of_pool if each.weight is None), ZERO)
    period = next(each for each in shares.periods if each.number == share.period)
    return Explained(
        period=period,
        payer=shares.payers[share.payer],
        amount=share.amount,
        cost=sum((each.amount for each in of_pool), ZERO),
        negotiated=negotiated,
        left=share.of_amount,
        weight=share.weight,
        of_weight=share.of_weight,
        counted=_counted(shares, pool, share),
    )


def _counted(shares: BudgetShares, pool: CostPool, share: Share) -> Counted | None:
    """Return what counted for a share, if it still gives the weight that is stored."""
    plan = next((each for each in shares.plan.pools if each.key == pool.pk), None)
    span = next((each for each in shares.plan.periods if each.number == share.period), None)
    if plan is None or span is None or share.weight is None:
        return None
    parts = _parts(shares, plan, span)
    found = parts.get(share.payer)
    if found is None:
        return None
    is_whole = all(each.part == each.whole for each in parts.values())
    return found if share.weight == (found.count if is_whole else found.count * found.part) else None


def _parts(shares: BudgetShares, pool: PoolPlan, span: Span) -> Mapping[int, Counted]:
    return counted(shares.plan, pool, span) if pool.base in shares.plan.bases else {}


# ---------------------------------------------------------------- Where costs and counts come from
def costs_of(shares: BudgetShares, pool: CostPool) -> list[CostInYear]:
    """Return the cost lines of a pool by period; one query."""
    lines = CostLine.objects.current().filter(pool=pool).select_related("replaces").order_by("pk")
    return [_cost_in_year(shares, line) for line in lines]


def _cost_in_year(shares: BudgetShares, line: CostLine) -> CostInYear:
    cost, first = cost_of(line), shares.plan.first_on
    months = dict(zip(months_from(first, 12), months_of(cost, first), strict=True))
    amounts = [sum((months[month] for month in span.months), ZERO) for span in shares.plan.periods]
    return CostInYear(line, escalate(cost.amount, cost.escalator, cost.escalated), amounts)


def counts_behind(base: AllocationBase, payer: Payer) -> list[BaseCount]:
    """Return the counts of a payer for a base in the budget, from the first period on; one query."""
    rows = BaseCount.objects.filter(base=base, payer=payer, stage=Stage.PLAN).select_related("period", "file")
    return list(rows.order_by("period__number"))
