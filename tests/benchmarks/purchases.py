"""What the pages of purchases of service cost in a network of 2 areas and in one of 590.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.purchases [--areas 590] [--rounds 9]`; prints figures, asserts
nothing. Every area has ``EACH`` purchases of ``FEW`` authorizations; the first one has a full list of them besides, and
one purchase of ``MANY`` authorizations. Milliseconds are as in ``tests.benchmarks.pages``.
"""

import argparse
import os
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.utils import timezone

from agreements.models import Agreement, Authorization, DueReport, Invoice, InvoiceLine, ServiceDelivery
from onestop.local.generated import Size
from partners.models import LocalArea, Partnership
from tests import factories
from tests.benchmarks.pages import Network, measure, say
from tests.servers import SERVERS

PARTNERS, SERVICES = 4, 8  # of each area
EACH, LISTED, FEW, MANY = 3, 25, 20, 400
DAY = timedelta(days=1)
TODAY = timezone.localdate()
TERM = {
    "effective_on": TODAY - 200 * DAY, "expires_on": TODAY + 160 * DAY, "executed_on": TODAY - 210 * DAY,
}  # fmt: skip
PAGES = (
    ("bare list of 25 rows", "staff", "/bare/{area}/"),
    ("purchases of an area", "staff", "/areas/{area}/purchases/"),
    (f"ledger of {FEW} authorizations", "staff", "/agreements/{small_purchase}/purchase/"),
    (f"ledger of {MANY} authorizations", "staff", "/agreements/{large_purchase}/purchase/"),
    ("the same, of its provider", "manager", "/agreements/{large_purchase}/purchase/"),
    (f"list of {MANY} authorizations", "staff", "/agreements/{large_purchase}/authorizations/"),
    ("list of its invoices", "staff", "/agreements/{large_purchase}/invoices/"),
)


class Purchasing(Network):
    """One of the two networks, with purchases."""

    def __init__(self, areas: int) -> None:
        super().__init__(areas)
        self.name = f"bench_purchases_{areas}"
        self.size = Size(areas, PARTNERS, SERVICES)

    def _sign_in(self) -> None:
        for area in LocalArea.objects.order_by("pk"):
            self._fill(area)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        rows = (Agreement.objects.filter(kind="purchase"), Authorization.objects, ServiceDelivery.objects)
        say("{:,} purchases, {:,} authorizations, {:,} deliveries".format(*(each.count() for each in rows)))
        super()._sign_in()
        first = Agreement.objects.filter(area__slug="area-1", kind="purchase")
        self.names |= {"small_purchase": first.earliest("pk").pk, "large_purchase": first.latest("pk").pk}

    def _fill(self, area: LocalArea) -> None:
        provider, purchaser = Partnership.objects.filter(area=area).order_by("pk")[:2]
        is_first = area.slug == "area-1"
        for number in [FEW] * (EACH + LISTED if is_first else EACH) + [MANY] * is_first:
            add_purchase(purchaser, provider, number)


def add_purchase(purchaser: Partnership, provider: Partnership, number: int) -> None:
    """Add a purchase of two services, with so many authorizations, each with two deliveries and a report."""
    agreement = factories.make_purchase(purchaser, provider, ceiling=number * 2000, **TERM)
    duty = factories.make_report_duty(agreement)
    lines = [factories.make_service_line(agreement) for _ in range(2)]
    for line in lines:
        line.rates.update(effective_on=TERM["effective_on"])
    now: dict[str, Any] = {"agreement": agreement, "at": timezone.now()}
    authorizations = Authorization.objects.bulk_create(
        Authorization(
            line=lines[each % 2], number=f"A-{each:03}", reference=f"K{each}", units=20, amount=1000,
            first_on=TODAY - 90 * DAY, issued_on=TODAY - 100 * DAY, last_on=TODAY + (each % 120) * DAY, **now,
        )
        for each in range(number)
    )  # fmt: skip
    deliveries = ServiceDelivery.objects.bulk_create(
        ServiceDelivery(
            authorization=each, happened_on=TODAY - day * DAY, units=2, rate=Decimal(50), amount=Decimal(100), **now
        )
        for each in authorizations
        for day in (60, 20)
    )
    DueReport.objects.bulk_create(
        DueReport(
            agreement=agreement, authorization=each, duty=duty, covers_from=TODAY - 90 * DAY,
            covers_to=TODAY - 60 * DAY, due_on=TODAY - 40 * DAY if position % 10 == 0 else TODAY + 10 * DAY,
        )
        for position, each in enumerate(authorizations)
    )  # fmt: skip
    for position in range(0, len(deliveries), 10):
        _add_invoice(agreement, deliveries[position : position + 10], ("submitted", "approved")[position // 10 % 2])


def _add_invoice(agreement: Agreement, deliveries: Sequence[ServiceDelivery], status: str) -> None:
    total = sum((each.amount for each in deliveries), Decimal(0))
    number = f"INV-{deliveries[0].pk}"
    invoice = Invoice.objects.create(agreement=agreement, number=number, total=total, made_at=timezone.now())
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            agreement=agreement, invoice=invoice, delivery=each, authorization=each.authorization,
            line_id=each.authorization.line_id, amount=each.amount,
        )
        for each in deliveries
    )  # fmt: skip
    state: dict[str, Any] = {"status": status, "submitted_at": timezone.now(), "due_on": TODAY + 20 * DAY}
    if status == "approved":
        state["decided_at"] = timezone.now()
    Invoice.objects.filter(pk=invoice.pk).update(**state)


def main() -> None:
    """Generate both networks, and print what each page costs in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=590)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    settings.ROOT_URLCONF = "tests.benchmarks.pages_urls"
    SERVERS.start()
    try:
        with Purchasing(2).filled() as small, Purchasing(asked.areas).filled() as large:
            measure(small, large, asked.rounds, pages=PAGES)
    finally:
        SERVERS.stop()


if __name__ == "__main__":
    main()
