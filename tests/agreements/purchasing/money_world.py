"""A purchase with everything that deliveries and invoices need."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from agreements.models import Agreement, Authorization, Invoice, ServiceDelivery, ServiceLine
from agreements.purchasing import approving, invoices
from agreements.purchasing.deliveries import Entry, record_deliveries
from onestop.accounts.models import User
from partners.models import Partnership
from tests import factories

AT = datetime(2026, 11, 2, 17, tzinfo=UTC)
OCTOBER_6 = date(2026, 10, 6)


def money(text: str | int) -> Decimal:
    return Decimal(text)


@dataclass
class Purchase:
    """A purchase of service: its provider enters, two people of the purchaser may approve."""

    agreement: Agreement
    line: ServiceLine
    authorization: Authorization
    provider: User
    approver: User
    second: User

    def deliver(self, units: str = "2", on: date = OCTOBER_6, of: Authorization | None = None) -> ServiceDelivery:
        """Record units of one day, as the provider."""
        entry = Entry(on, Decimal(units))
        return record_deliveries(of or self.authorization, [entry], by=self.provider, at=AT)[0]

    def draft(self, number: str = "INV-1", **facts: Any) -> Invoice:
        """Make a draft of all that is not invoiced."""
        return invoices.make_invoice(self.agreement, number=number, by=self.provider, at=AT, **facts)

    def submit(self, number: str = "INV-1", **facts: Any) -> Invoice:
        """Make an invoice of all that is not invoiced, and submit it."""
        return invoices.submit_invoice(self.draft(number, **facts), by=self.provider, at=AT)

    def approve(self, invoice: Invoice, by: User | None = None) -> Invoice:
        """Approve an invoice."""
        return approving.approve_invoice(invoice, by=by or self.approver, at=AT)


def make_world(purchaser: Partnership, provider: Partnership, cast: dict[str, User], **terms: Any) -> Purchase:
    """Return a purchase of 20 hours at 50 dollars; the manager provides, the neighbor and the staff may approve."""
    agreement = factories.make_purchase(purchaser, provider, number="POS-1", **terms)
    line = factories.make_service_line(agreement, code="JC")
    authorization = factories.make_authorization(line, number="A-1")
    factories.make_money_approver(purchaser, cast["neighbor"])
    factories.make_money_approver(purchaser.area, cast["staff"])
    return Purchase(agreement, line, authorization, cast["manager"], cast["neighbor"], cast["staff"])
