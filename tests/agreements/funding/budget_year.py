"""A budget of a year for tests: a center whose rent two partners share by square feet."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from agreements.models import AllocationBase, CostLine, CostPool, CostShare, FundingBudget, Payer
from partners.models import Center, LocalArea, Partnership
from tests import factories


@dataclass
class Year:
    """A draft with all that it needs to be adopted."""

    budget: FundingBudget
    center: Center
    base: AllocationBase
    pool: CostPool
    line: CostLine
    payers: list[Payer] = field(default_factory=list)

    def shares(self) -> dict[tuple[int, int], Decimal]:
        """Return the stored shares by the number of the period and the id of the payer."""
        rows = CostShare.objects.filter(budget=self.budget, stage="plan").select_related("period")
        return {(share.period.number, share.payer_id): share.amount for share in rows}


def make_year(area: LocalArea, *partners: Partnership, **fields: Any) -> Year:
    """Return a year from July 2026 on: a rent of 12,000 dollars, 300 square feet for the first, 100 for others."""
    agreement = factories.make_ifa(area)
    center = factories.make_center(area, name="Center Street")
    budget = factories.make_budget(agreement, negotiator="Terry Impartial", **fields)
    base = factories.make_base(budget, name="Space", center=center)
    pool = factories.make_pool(base, name="Rent")
    year = Year(budget, center, base, pool, factories.make_cost_line(pool))
    for place, partner in enumerate(partners, start=1):
        factories.make_party(agreement, partner)
        payer = factories.make_payer(budget, partner, center, position=place)
        factories.make_count(base, payer, 100 if year.payers else 300)
        year.payers.append(payer)
    return year


def at(name: str, *args: object) -> str:
    """Return the address of a page of agreements."""
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    """Return the text of an answer with single spaces."""
    return " ".join(answer.content.decode().split())


SETTINGS = {
    "frequency": "quarter", "billing": "quarter", "proration": "months", "issue_days": 45, "pay_days": 15,
    "answer_days": 15, "flag_percent": 10,
}  # fmt: skip
FIRST = date(2026, 7, 1)
