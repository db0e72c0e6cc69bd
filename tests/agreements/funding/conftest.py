"""A funding agreement with an adopted budget of 12,000 dollars, shared by two partners 2 to 1, in four quarters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from agreements.funding.shares import store_shares
from agreements.models import Agreement, CostPool, FundingBudget, FundingPeriod, Payer
from tests import factories


@dataclass(frozen=True)
class Paying:
    """What tests of paying have in common: shares of 2,000 and 1,000 dollars a quarter."""

    ifa: Agreement
    budget: FundingBudget
    rent: CostPool
    career: CostPool
    first: Payer
    second: Payer

    def period(self, number: int) -> FundingPeriod:
        return self.budget.periods.get(number=number)

    def share(self, **changes: Any) -> None:
        """Change the second payer, and share the costs anew."""
        Payer.objects.filter(pk=self.second.pk).update(**changes)
        self.second.refresh_from_db()
        store_shares(self.budget)


@pytest.fixture
def paying(area, partner, neighbor_partner) -> Paying:
    ifa = factories.make_ifa(area, number="IFA-26-01")
    for each in (partner, neighbor_partner):
        factories.make_party(ifa, each)
    budget = factories.make_budget(ifa)
    space = factories.make_base(budget, name="Space")
    rent = factories.make_pool(space, name="Rent")
    career = factories.make_pool(space, name="Intake", category="career")
    factories.make_cost_line(rent)
    first, second = (factories.make_payer(budget, each) for each in (partner, neighbor_partner))
    factories.make_count(space, first, 200)
    factories.make_count(space, second, 100)
    FundingBudget.objects.filter(pk=budget.pk).update(status="adopted", adopted_on=date(2026, 6, 25))
    budget.refresh_from_db()
    store_shares(budget)
    return Paying(ifa, budget, rent, career, first, second)


@pytest.fixture
def approver(area, cast):
    """The staff member may approve money of the area."""
    return factories.make_money_approver(area, cast["staff"])


@pytest.fixture
def now():
    return timezone.now()
