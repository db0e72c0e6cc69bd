"""A purchase in which Vocational Rehabilitation buys and the partner of the cast provides, and who enters it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from agreements.models import Agreement, Authorization, Party, PurchaseTerms, ServiceLine
from agreements.purchasing import authorizations
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership
from tests import factories

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("America/New_York"))
TODAY = NOW.date()
ISSUE: dict[str, Any] = {
    "number": "A-1", "reference": "K-2041", "units": Decimal(20), "amount": None, "first_on": date(2026, 11, 9),
    "last_on": date(2027, 6, 30), "issued_on": TODAY, "verbal_on": None, "note": "",
}  # fmt: skip


@dataclass
class Purchase:
    """The agreement with its purchaser and provider, and the staff who enter it."""

    agreement: Agreement
    purchaser: Partnership
    provider: Partnership
    staff: User

    @property
    def terms(self) -> PurchaseTerms:
        """The terms as they are now."""
        return PurchaseTerms.objects.get(agreement=self.agreement)

    @property
    def given(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": self.staff, "at": NOW}

    def parties(self) -> list[Party]:
        """Return the purchaser and the provider as parties."""
        return [self.agreement.parties.get(partnership=each) for each in (self.purchaser, self.provider)]

    def issue(self, line: ServiceLine, **facts: Any) -> Authorization:
        """Issue an authorization of 20 units from next week to the end of the fiscal year."""
        return authorizations.issue_authorization(line, facts=ISSUE | facts, **self.given)


def make_purchase(area: LocalArea, partner: Partnership, staff: User, **fields: Any) -> Purchase:
    """Return an executed purchase that was signed outside the portal."""
    purchaser = factories.make_partnership(area, name="Vocational Rehabilitation")
    return Purchase(factories.make_purchase(purchaser, partner, **fields), purchaser, partner, staff)


def at(name: str, *args: object) -> str:
    """Return the address of a page."""
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    """Return the text of a page with single spaces."""
    return " ".join(answer.content.decode().split())
