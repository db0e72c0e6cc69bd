"""Enter what a period really cost, and what was really counted.

Both are kept by line or by partner and base, and may change until the period is closed (20 CFR 678.720(c)(5)). The
history of each figure stays. Amounts are dollars to the cent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from agreements.funding.locking import CannotReconcile, lock_reconciled_period
from agreements.funding.plans import ZERO, Span, amount_in
from agreements.funding.reading import cost_of
from agreements.models import ActualCost, AllocationBase, BaseCount, CostLine, CostPool, FundingPeriod, Payer, Stage
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

COST_LINKS, COUNT_LINKS = ("actual_costs",), ("counts",)


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class LineOfPeriod:
    """A cost line with what was planned for a period, and what it came to; ``None`` if that was not entered yet."""

    line: CostLine
    planned: Decimal
    cost: ActualCost | None

    @property
    def actual(self) -> Decimal | None:
        """What it came to."""
        return self.cost.amount if self.cost else None

    @property
    def difference(self) -> Decimal | None:
        """Actual less budget: more than zero costs more than planned."""
        return None if self.actual is None else self.actual - self.planned

    @property
    def is_missing(self) -> bool:
        """Whether something was planned, and nothing was entered, not even zero."""
        return self.cost is None and self.planned != ZERO


@dataclass(frozen=True)
class PoolOfPeriod:
    """A cost pool with its lines in a period."""

    pool: CostPool
    lines: list[LineOfPeriod]

    @property
    def planned(self) -> Decimal:
        """The budget of the pool."""
        return sum((each.planned for each in self.lines), ZERO)

    @property
    def actual(self) -> Decimal:
        """What was entered so far."""
        return sum((each.actual or ZERO for each in self.lines), ZERO)

    @property
    def difference(self) -> Decimal:
        """Actual less budget."""
        return self.actual - self.planned

    @property
    def missing(self) -> int:
        """How many lines have no actual cost yet."""
        return sum(each.is_missing for each in self.lines)


def pools_of_period(period: FundingPeriod) -> list[PoolOfPeriod]:
    """Return the pools of a period with budget and actual cost of each line, in their order; two queries.

    Removed lines are among them if they have an actual cost.
    """
    rows = CostLine.objects.filter(pool__budget=period.budget_id)
    lines = rows.select_related("pool__center", "pool__base").order_by("pool__position", "pool", "pk")
    entered = ActualCost.objects.filter(period=period).select_related("file", "by")
    costs = {cost.line_id: cost for cost in entered}
    span = Span(period.number, period.first_on, period.last_on)
    found: dict[int, PoolOfPeriod] = {}
    for line in lines:
        is_current = not line.is_archived and not line.pool.is_archived
        planned = amount_in([cost_of(line)], period.budget.first_on, span) if is_current else ZERO
        if planned or line.pk in costs or is_current:
            of_period = LineOfPeriod(line, planned, costs.get(line.pk))
            found.setdefault(line.pool_id, PoolOfPeriod(line.pool, [])).lines.append(of_period)
    return list(found.values())


def missing_in(pools: Iterable[PoolOfPeriod]) -> list[CostLine]:
    """Return the lines whose actual cost must still be entered, zero included."""
    return [each.line for pool in pools for each in pool.lines if each.is_missing]


# ---------------------------------------------------------------- Costs
@recorded
def enter_costs(
    period: FundingPeriod,
    *,
    costs: Mapping[CostLine, tuple[Decimal, str]],
    version: str = "",
    by: User | None,
    at: datetime,
) -> FundingPeriod:
    """Record what lines came to in a period: an amount and a note for each.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotReconcile: if the period is closed or has not begun, or a line is not of its budget.
    """
    period = lock_reconciled_period(period)
    demand_version(period, COST_LINKS, version)
    if period.first_on > period.agreement.area.day_of(at):
        raise CannotReconcile(_("This period has not begun yet."))
    known = {cost.line_id: cost for cost in ActualCost.objects.filter(period=period)}
    own = set(CostLine.objects.filter(pool__budget=period.budget_id).values_list("pk", flat=True))
    for line, (amount, note) in costs.items():
        if line.pk not in own:
            raise CannotReconcile(_("This cost is not of this budget."))
        cost = known.get(line.pk) or ActualCost(agreement=period.agreement, period=period, line=line)
        if cost.pk and (cost.amount, cost.note) == (amount, note):
            continue
        cost.amount, cost.note, cost.by, cost.at = amount, note, by, at
        cost.save()
    return period


@recorded
def attach_bill(cost: ActualCost, *, file: StoredFile | None, by: User | None, at: datetime) -> ActualCost:
    """Attach the bill to an actual cost, or remove it.

    :raises CannotReconcile: if the period is closed.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    lock_reconciled_period(cost.period)
    cost = ActualCost.objects.select_related("period__budget", "line").get(pk=cost.pk)
    demand_usable(file, cost, "file", by=by)
    cost.file = file
    cost.save(update_fields=["file"])
    return cost


# ---------------------------------------------------------------- Counts
@recorded
def enter_counts(
    period: FundingPeriod,
    base: AllocationBase,
    *,
    values: Mapping[Payer, Decimal],
    version: str = "",
    by: User | None,
    at: datetime,
) -> FundingPeriod:
    """Record what was really counted for partners in a period; who is not among them keeps the count of the budget.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotReconcile: if the period is closed or has not begun, or nothing is counted for the base.
    """
    period = lock_reconciled_period(period)
    demand_version(period, COUNT_LINKS, version)
    if base.is_equal or base.budget_id != period.budget_id or base.is_archived:
        raise CannotReconcile(_("Nothing is counted for this base."))
    if period.first_on > period.agreement.area.day_of(at):
        raise CannotReconcile(_("This period has not begun yet."))
    rows = BaseCount.objects.filter(period=period, base=base, stage=Stage.ACTUAL)
    known = {count.payer_id: count for count in rows}
    for payer, value in values.items():
        if payer.budget_id != period.budget_id:
            raise CannotReconcile(_("This partner does not pay by this budget."))
        count = known.get(payer.pk) or BaseCount(
            agreement=period.agreement, base=base, payer=payer, period=period, stage=Stage.ACTUAL
        )
        if count.pk and count.value == value:
            continue
        count.value, count.counted_on, count.by, count.at = value, period.agreement.area.day_of(at), by, at
        count.save()
    return period
