"""What a workbook of cost shares is made of: the plan of a budget, and the names of what is in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agreements.funding.plans import BudgetPlan, Span
from agreements.funding.reading import payers_of, plan_of, pools_of
from agreements.models import AllocationBase, CostLine, CostShare, FundingBudget, PayerCenter, Stage

# Names of sheets, which formulas refer to.
INPUTS, PARTNERS, COUNTS, SUMMARY = "Inputs", "Partners", "Counts", "Summary"  # no translation: formulas name them
FIRST_ROW = 3  # of these sheets, from 0 on: two rows of titles and one of labels are above it


@dataclass(frozen=True)
class WorkbookData:
    """The plan of a budget, and names by the keys of the plan.

    ``lines`` are the names of the costs of a pool, in the order of the plan. ``recorded`` is what the shares of an
    adopted budget come to by payer; ``None`` if it is a draft.
    """

    title: str
    plan: BudgetPlan
    payers: Mapping[int, str]
    pools: Mapping[int, str]
    bases: Mapping[int, str]
    centers: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[int, Sequence[str]] = field(default_factory=dict)
    recorded: Mapping[int, Decimal] | None = None


def workbook_data_of(budget: FundingBudget) -> WorkbookData:
    """Return what the workbook of a budget shows; a constant number of queries."""
    pools, payers = pools_of(budget), payers_of(budget)
    lines: dict[int, list[str]] = defaultdict(list)
    for line in CostLine.objects.current().filter(pool__budget=budget).order_by("pk"):
        lines[line.pool_id].append(line.name)
    places = PayerCenter.objects.filter(payer__in=payers).order_by("center")
    return WorkbookData(
        title=f"{budget.agreement.number}, {budget}",
        plan=plan_of(budget),
        payers={payer.pk: str(payer) for payer in payers},
        pools={pool.pk: str(pool) for pool in pools},
        bases={base.pk: base.name for base in AllocationBase.objects.current().filter(budget=budget)},
        centers=dict(places.values_list("center", "center__name")),
        lines=dict(lines),
        recorded=recorded_by_payer(budget) if budget.is_adopted else None,
    )


def recorded_by_payer(budget: FundingBudget) -> dict[int, Decimal]:
    """Return what the stored shares of a budget come to by payer; one query."""
    found: dict[int, Decimal] = defaultdict(lambda: Decimal("0.00"))
    rows = CostShare.objects.filter(budget=budget, stage=Stage.PLAN)
    for payer, amount in rows.values_list("payer", "amount"):
        found[payer] += amount
    return dict(found)


def span_label(span: Span) -> str:
    """Return "Jul 2026" or "Jul to Sep 2026", in US English, as all exports."""
    first, last = _month(span.first_on), _month(span.last_on)
    return last if first == last else f"{first.split()[0]} to {last}"


def _month(day: date) -> str:
    return day.strftime("%b %Y")
