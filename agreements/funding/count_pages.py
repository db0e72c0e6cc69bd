"""What the page of counts shows: each count in force, what is missing, evidence, and requests."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agreements.funding.counts import missing_in, sheet_of, values_in
from agreements.models import AllocationBase, BaseCount, CountRequest, FundingBudget, FundingPeriod, Payer


@dataclass(frozen=True)
class BaseColumn:
    """A base with the sum of its counts, how many are missing, and how many pools are shared by it."""

    base: AllocationBase
    total: Decimal
    missing: int
    pools: int

    @property
    def whole(self) -> Decimal:
        """The sum with the common area."""
        return self.total + (self.base.common or 0)


@dataclass(frozen=True)
class PayerLine:
    """A payer with its count by each base; ``None`` where it is missing, ``False`` where the base does not count it."""

    payer: Payer
    values: list[tuple[AllocationBase, Any]]
    missing: int


@dataclass(frozen=True)
class CountsPage:
    """The counts of a period."""

    bases: list[BaseColumn]
    payers: list[PayerLine]
    evidence: list[BaseCount]
    requests: list[CountRequest]  # of this period: answered or withdrawn
    pending: list[CountRequest]  # of all periods of the budget, the oldest first

    @property
    def missing(self) -> int:
        """How many counts are missing."""
        return sum(base.missing for base in self.bases)


def counts_page(budget: FundingBudget, period: FundingPeriod, stage: str) -> CountsPage:
    """Return what the page of counts shows; ten queries at most."""
    sheet = sheet_of(budget)
    values = values_in(period, stage)
    missing = missing_in(sheet, values)
    used = list(budget.pools.current().values_list("base", flat=True))
    columns = [
        BaseColumn(
            base,
            sum((values.get((base.pk, payer.pk), Decimal(0)) for payer in sheet.payers_for(base)), Decimal(0)),
            missing.get(base.pk, 0),
            used.count(base.pk),
        )
        for base in sheet.bases
    ]
    lines = []
    for payer in sheet.payers:
        cells = [
            (base, values.get((base.pk, payer.pk)) if (base.pk, payer.pk) in sheet.cells else False)
            for base in sheet.bases
        ]
        lines.append(PayerLine(payer, cells, sum(value is None for _base, value in cells)))
    rows = BaseCount.objects.filter(base__budget=budget, period=period, stage=stage, file__isnull=False)
    evidence = {count.file_id: count for count in rows.select_related("file", "by").order_by("at", "pk")}
    asked = CountRequest.objects.filter(payer__budget=budget).select_related(
        "payer__partnership__organization", "period"
    )
    ended = asked.filter(period=period, stage=stage).exclude(answered_at=None, withdrawn_at=None)
    return CountsPage(
        columns,
        lines,
        list(evidence.values()),
        list(ended.order_by("due_on", "pk")),
        list(asked.filter(answered_at=None, withdrawn_at=None).order_by("asked_at", "pk")),
    )
