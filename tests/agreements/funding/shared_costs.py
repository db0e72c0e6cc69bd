"""A funding agreement of three partners and two centers, whose figures can be followed by hand."""

from dataclasses import dataclass
from datetime import date

from agreements.funding.shares import store_shares
from agreements.models import AllocationBase, CostLine, CostPool, FundingBudget, FundingPeriod, Payer
from partners.models import Center, LocalArea, Partnership
from tests import factories


@dataclass
class SharedCosts:
    """Rent of a center by square feet with a common area; technology of the area in equal shares."""

    budget: FundingBudget
    center: Center
    space: AllocationBase
    equal: AllocationBase
    rent: CostPool
    technology: CostPool
    lease: CostLine
    payers: list[Payer]

    def period(self, number: int) -> FundingPeriod:
        """Return a period."""
        return self.budget.periods.get(number=number)


def make_shared_costs(area: LocalArea, partner: Partnership, neighbor: Partnership) -> SharedCosts:
    """Return a draft with 12,000 of rent and 100 of technology.

    Rent is shared by 500 + 100, 300 + 60 and 200 + 40 square feet, technology in three equal parts.
    """
    ifa = factories.make_ifa(area, number="IFA-26-01")
    budget = factories.make_budget(ifa)
    center = factories.make_center(area, name="Center Street")
    space = factories.make_base(budget, name="Space", center=center, common=200)
    equal = factories.make_base(budget, name="Equal shares", kind="equal")
    rent = factories.make_pool(space, name="Rent")
    technology = factories.make_pool(equal, name="Technology", position=2)
    lease = factories.make_cost_line(rent)
    factories.make_cost_line(technology, name="Internet", item="technology", amount="100.00")
    third = factories.make_partnership(area, name="Lantern Adult Learning")
    payers = []
    for place, (partnership, feet) in enumerate([(partner, 500), (neighbor, 300), (third, 200)], start=1):
        factories.make_party(ifa, partnership)
        payer = factories.make_payer(budget, partnership, center, position=place)
        factories.make_count(space, payer, feet, note="Floor plan", counted_on=date(2026, 6, 30))
        payers.append(payer)
    return SharedCosts(budget, center, space, equal, rent, technology, lease, payers)


def adopt_shared_costs(costs: SharedCosts) -> SharedCosts:
    """Adopt the draft, with stored shares."""
    FundingBudget.objects.filter(pk=costs.budget.pk).update(status="adopted", adopted_on=date(2026, 6, 25))
    costs.budget.refresh_from_db()
    store_shares(costs.budget)
    return costs
