"""A funding year for tests: two partners that share a rent by square feet, and the steps of its reconciliation."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agreements.funding import actuals
from agreements.funding.closing import close_period
from agreements.funding.reconciling import issue_statements
from agreements.funding.shares import store_shares
from agreements.models import Contribution, FundingPeriod, PartnerStatement
from onestop.accounts.models import User
from partners.models import LocalArea, Role
from tests import factories


def make_approver(area: LocalArea) -> User:
    """Return a second staff member, who may approve money of the area once it was given the right."""
    return factories.seats({"approver": ("Ann Approver", Role.STAFF, area)})["approver"]


def on(month: int, day: int, year: int = 2026) -> datetime:
    """Return noon of a day in the area."""
    return datetime(year, month, day, 12, tzinfo=ZoneInfo("America/New_York"))


class Year:
    """An adopted budget of two partners that share a rent of 12,000 dollars a year by 600 and 400 square feet."""

    def __init__(self, area: Any, partner: Any, neighbor: Any, cast: Any, number: str = "", **fields: Any) -> None:
        self.cast = cast
        self.ifa = factories.make_ifa(area, **({"number": number} if number else {}))
        for each in (partner, neighbor):
            factories.make_party(self.ifa, each)
        self.budget = factories.make_budget(self.ifa, status="adopted", adopted_on=date(2026, 6, 25), **fields)
        self.base = factories.make_base(self.budget, name="Space")
        self.pool = factories.make_pool(self.base, name="Rent")
        self.line = factories.make_cost_line(self.pool)
        self.big, self.small = (factories.make_payer(self.budget, each) for each in (partner, neighbor))
        self.counts = [factories.make_count(self.base, self.big, 600), factories.make_count(self.base, self.small, 400)]
        store_shares(self.budget)
        if not cast["approver"].money_approvals.exists():
            factories.make_money_approver(area, cast["approver"])

    def period(self, number: int = 1) -> FundingPeriod:
        """Return a period as it is now."""
        return self.budget.periods.select_related("budget__agreement__area__state", "agreement__area__state").get(
            number=number
        )

    def enter(self, amount: Any, number: int = 1, at: datetime | None = None) -> None:
        """Enter the rent of a period."""
        costs = {self.line: (Decimal(amount), "")}
        actuals.enter_costs(self.period(number), costs=costs, by=self.cast["staff"], at=at or on(10, 12))

    def issue(self, number: int = 1, at: datetime | None = None) -> list[PartnerStatement]:
        """Send the statements of a period."""
        return issue_statements(self.period(number), by=self.cast["staff"], at=at or on(10, 20))

    def close(self, number: int = 1, at: datetime | None = None, **more: Any) -> FundingPeriod:
        """Close a period by somebody who has entered nothing."""
        return close_period(self.period(number), by=self.cast["approver"], at=at or on(11, 20), **more)

    def statement(self, payer: Any, number: int = 1) -> PartnerStatement:
        """Return the current statement of a partner."""
        return PartnerStatement.objects.get(payer=payer, period=self.period(number), is_current=True)

    def pay(self, payer: Any, amount: Any, number: int = 1, **fields: Any) -> Contribution:
        """Record a payment."""
        given = {"status": "accepted", "decided_at": on(10, 25)} | fields
        return factories.make_contribution(payer, self.period(number), amount=Decimal(amount), **given)
