"""The year of one partner by a budget: its shares, counts, what it gave, and what is left, by pool and period.

Amounts are dollars to the cent. What is open is what was stated for settled periods, and never a forecast.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements.funding.plans import ZERO
from agreements.funding.sheets import BudgetShares
from agreements.models import (
    BaseCount,
    Contribution,
    CostPool,
    FundingBudget,
    FundingInvoice,
    FundingPeriod,
    FundingSource,
    PartnerStatement,
    Payer,
    Stage,
)


@dataclass(frozen=True)
class PoolInYear:
    """A pool with the shares of a partner by period; ``None`` where it does not share the pool."""

    pool: CostPool
    amounts: Sequence[Decimal | None]

    @property
    def total(self) -> Decimal:
        """The share of the year: the sum of its periods."""
        return sum((each for each in self.amounts if each is not None), ZERO)


@dataclass(frozen=True)
class PeriodOfPartner:
    """A period of a partner: its share by the budget, what it gave, and its statement once that was sent."""

    period: FundingPeriod
    share: Decimal
    cash: Decimal
    in_kind: Decimal
    statement: PartnerStatement | None


@dataclass(frozen=True)
class PartnerYear:
    """What a partner bears and gives in a program year."""

    payer: Payer
    pools: Sequence[PoolInYear]
    periods: Sequence[PeriodOfPartner]
    counts: Sequence[BaseCount]
    sources: Sequence[FundingSource]
    invoiced: Decimal

    @property
    def share(self) -> Decimal:
        """The share of the year."""
        return sum((each.share for each in self.periods), ZERO)

    @property
    def cash(self) -> Decimal:
        """What was paid in cash."""
        return sum((each.cash for each in self.periods), ZERO)

    @property
    def in_kind(self) -> Decimal:
        """What was given in kind and accepted."""
        return sum((each.in_kind for each in self.periods), ZERO)

    @property
    def given(self) -> Decimal:
        """Cash and in kind."""
        return self.cash + self.in_kind

    @property
    def left(self) -> Decimal:
        """The share of the year less what was given."""
        return self.share - self.given


def partner_year(shares: BudgetShares, payer: Payer) -> PartnerYear:
    """Return the year of a partner; five queries."""
    numbers = [each.number for each in shares.periods]
    pools = []
    for pool in shares.pools.values():
        by_number = {each.period: each.amount for each in shares.of(pool.pk, payer.pk)}
        if by_number:
            pools.append(PoolInYear(pool, [by_number.get(number) for number in numbers]))
    cash, in_kind = contributed([payer])
    statements = {
        each.period_id: each for each in PartnerStatement.objects.filter(payer=payer, is_current=True).order_by("pk")
    }
    periods = [
        PeriodOfPartner(
            period=each,
            share=shares.total_of(payer.pk, each.number),
            cash=cash[payer.pk, each.pk],
            in_kind=in_kind[payer.pk, each.pk],
            statement=statements.get(each.pk),
        )
        for each in shares.periods
    ]
    counts = BaseCount.objects.filter(payer=payer, stage=Stage.PLAN, base__archived_at=None)
    invoices = FundingInvoice.objects.filter(payer=payer, voided_at=None).values_list("amount", flat=True)
    return PartnerYear(
        payer=payer,
        pools=pools,
        periods=periods,
        counts=list(counts.select_related("base", "period").order_by("base__name", "period__number")),
        sources=list(FundingSource.objects.current().filter(payer=payer).order_by("position", "pk")),
        invoiced=sum(invoices, ZERO),
    )


Given = defaultdict[tuple[int, int], Decimal]


def contributed(payers: Sequence[Payer]) -> tuple[Given, Given]:
    """Return what was accepted from payers in cash and in kind, by the ids of payer and period; one query."""
    cash: Given = defaultdict(lambda: ZERO)
    in_kind: Given = defaultdict(lambda: ZERO)
    rows = Contribution.objects.current().filter(payer__in=[each.pk for each in payers])
    rows = rows.filter(status=Contribution.Status.ACCEPTED)
    for payer, period, kind, amount in rows.values_list("payer", "period", "kind", "amount"):
        if payer is not None:
            (cash if kind == Contribution.Kind.CASH else in_kind)[payer, period] += amount
    return cash, in_kind


def given_in(budget: FundingBudget) -> tuple[Decimal, Decimal, Decimal]:
    """Return what was invoiced, paid in cash, and given in kind by all partners under a budget; two queries."""
    invoiced = FundingInvoice.objects.filter(budget=budget, voided_at=None).values_list("amount", flat=True)
    accepted = Contribution.objects.current().filter(period__budget=budget, status=Contribution.Status.ACCEPTED)
    cash = in_kind = ZERO
    for kind, amount in accepted.values_list("kind", "amount"):
        if kind == Contribution.Kind.CASH:
            cash += amount
        else:
            in_kind += amount
    return sum(invoiced, ZERO), cash, in_kind
