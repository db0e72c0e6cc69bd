"""The purchase of service of the sample keeps its rules on any day on which it is loaded."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from agreements import sample
from agreements.models import (
    Agreement,
    Authorization,
    CeilingException,
    DueReport,
    Invoice,
    InvoiceLine,
    MoneyApprover,
    PurchaseTerms,
    ServiceDelivery,
)
from agreements.models.purchases import fiscal_year_of
from agreements.purchasing.ledger import ledger_of
from agreements.purchasing.overview import overview_of
from agreements.sample import purchases
from onestop.accounts.models import User
from partners import sample as partners_sample
from partners.sample.area_story import begin_story, sample_area
from partners.sample.past import unrecorded
from tests.standing import made_once

pytestmark = pytest.mark.django_db
DAYS = (
    date(2026, 11, 29), date(2026, 7, 1), date(2026, 6, 30), date(2026, 9, 15), date(2027, 1, 1), date(2028, 2, 29),
)  # fmt: skip


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(scope="module", autouse=True)
def network(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The network, in which only the purchase is loaded, again for each day."""
    with made_once(django_db_blocker, lambda: partners_sample.load(today=DAYS[0])):
        yield


def load(today: date) -> Agreement:
    """Load the purchase as of a day, and return it."""
    area = sample_area()
    assert area
    story = begin_story(area, today=today)
    with unrecorded():
        purchases.load(story)
    story.past.write()
    known = Agreement.objects.with_terms().select_related("purchase_terms__provider", "purchase_terms__purchaser")
    return known.get(purchase_terms__isnull=False)


@pytest.mark.parametrize("day", DAYS)
def test_its_rules_hold_on_any_day(day):
    agreement = load(day)
    assert list(broken_rules(agreement, day)) == []
    overview = overview_of(agreement, today=day)
    codes = {state.code for state in overview.states.values()}
    assert {"closed", "reissued", "canceled"} <= codes
    states = set(Invoice.objects.values_list("kind", "status"))
    wanted = {("invoice", state) for state in ("submitted", "approved", "paid", "rejected")} | {("credit", "paid")}
    assert wanted <= states
    assert len(overview.states) == 8
    assert overview.late_reports
    assert CeilingException.objects.get().amount > 0
    assert sum(entry.is_used_up for entry in overview.ledger.entries) == 1


def test_on_most_days_one_is_used_up_and_one_ends_soon():
    overview = overview_of(load(DAYS[0]), today=DAYS[0])
    assert {"used_up", "ends", "open"} <= {state.code for state in overview.states.values()}
    assert overview.burn_down
    assert overview.burn_down.monthly
    assert Invoice.objects.filter(status="draft").exists()


def test_it_is_loaded_with_the_other_agreements_and_its_history_is_told():
    assert sample.load(today=DAYS[0])
    paid = Invoice.objects.filter(status="paid").earliest("made_at")
    events: Any = Invoice
    history = events.pgh_event_model.objects.filter(pgh_obj_id=paid.pk).order_by("pgh_created_at")
    assert [row.status for row in history] == ["draft", "submitted", "approved", "paid"]
    seller, buyer, staff = (row.pgh_context["user"] for row in history[1:])
    assert len({seller, buyer, staff}) == 3
    approvers = MoneyApprover.objects.holding()
    assert {row.user.name for row in approvers} == {"Dana Whitcomb", "Marisol Vega"}
    assert User.objects.get(pk=buyer).name == "Marisol Vega"


def broken_rules(agreement: Agreement, today: date) -> Iterator[str]:
    """Yield what does not hold, in words."""
    yield from _authorizations(agreement, today)
    yield from _deliveries(today)
    yield from _invoices(today)
    ledger = ledger_of(agreement)
    terms = PurchaseTerms.objects.get()
    known: list[Any] = [ledger, *ledger.lines]
    yield from (f"{each.sums} is beyond {each.ceiling}" for each in known if each.ceiling and each.ceiling.left < 0)
    for entry in ledger.entries:
        if entry.sums.left < 0 or (entry.units_left or 0) < 0:
            yield f"{entry.authorization} has less than nothing left"
        if entry.authorization.status == "canceled" and entry.sums.delivered:
            yield f"{entry.authorization} was canceled after a delivery"
    if terms.purchaser.partnership_id == terms.provider.partnership_id:
        yield "One partner buys from itself"
    for report in DueReport.objects.exclude(status="expected"):
        if not report.received_on or report.received_on >= today or report.received_on <= report.covers_from:
            yield f"{report} of {report.covers_from} was received on {report.received_on}"


def _authorizations(agreement: Any, today: date) -> Iterator[str]:
    month = agreement.area.state.fiscal_year_month
    for each in Authorization.objects.all():
        if each.last_on > fiscal_year_of(each.first_on, month)[1]:
            yield f"{each} crosses a fiscal year"
        if not agreement.effective_on <= each.first_on <= each.last_on <= agreement.expires_on:
            yield f"{each} is outside the term"
        if each.at.date() >= today:
            yield f"{each} is entered after {today}"
        if each.closed_on and each.closed_on >= today:
            yield f"{each} is closed after {today}"
        before = each.replaces
        if before and (before.is_open or before.line_id != each.line_id or before.last_on >= each.first_on):
            yield f"{each} does not follow {before}"


def _deliveries(today: date) -> Iterator[str]:
    for each in ServiceDelivery.objects.select_related("authorization__line"):
        authorization = each.authorization
        rates = authorization.line.rates.filter(effective_on__lte=each.happened_on).order_by("-effective_on")
        if not authorization.valid_from <= each.happened_on <= authorization.last_on:
            yield f"{each} is outside {authorization}"
        if each.amount != each.units * each.rate or (rates and rates[0].amount != each.rate):
            yield f"{each} is not at the rate of its day"
        if each.at.date() >= today:
            yield f"{each} is entered after {today}"
    steps = ServiceDelivery.objects.filter(step__isnull=False).order_by("pk")
    if [step.amount for step in steps] != [Decimal(1350), Decimal(1350)]:
        yield "The milestones are not 30 percent each"


def _invoices(today: date) -> Iterator[str]:
    now = datetime.combine(today, time(6), UTC)
    invoices: Any = Invoice.objects.prefetch_related("lines__delivery")
    for invoice in invoices:
        times = [invoice.made_at, invoice.submitted_at, invoice.decided_at, now]
        known = [time for time in times if time]
        if known != sorted(known) or (invoice.paid_on and invoice.paid_on < invoice.decided_at.date()):
            yield f"{invoice} has no order of times: {known}"
        if invoice.total != sum(line.amount for line in invoice.lines.all()):
            yield f"{invoice} does not foot"
        if any(line.delivery.at > invoice.made_at for line in invoice.lines.all()):
            yield f"{invoice} is older than what it charges"
    people = CeilingException.objects.values_list("by", flat=True)
    if Invoice.objects.filter(decided_by__in=people).exists():
        yield "An exception is by whoever approves"
    if InvoiceLine.objects.filter(invoice__status="rejected", is_live=True).exists():
        yield "A line of a rejected invoice is live"
