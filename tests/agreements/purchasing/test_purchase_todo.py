"""What purchases of service put on first pages: of approvers, providers and purchasers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Agreement
from agreements.purchasing import invoices
from onestop.accounts.models import User
from onestop.ui.todo import NOW, SOON, For, TodoItem, TodoPlace, todo_items
from partners.models import Role
from tests import factories

TODAY = timezone.localdate()
LONG_AGO, LATER = TODAY - timedelta(days=100), TODAY + timedelta(days=100)
DAYS: dict[str, Any] = {"issued_on": LONG_AGO, "first_on": LONG_AGO, "last_on": LATER}


@pytest.fixture
def other(area):
    return factories.make_partnership(area, name="Department of Rehabilitation")


@pytest.fixture
def sold(partner, other) -> Agreement:
    return factories.make_purchase(other, partner, number="POS-1")


@pytest.fixture
def line(sold):
    return factories.make_service_line(sold)


@pytest.fixture
def buyer(other) -> User:
    return factories.seat(Role.MANAGER, other)


def items(user: User, area: Any, *roles: For) -> list[TodoItem]:
    place = TodoPlace(timezone.now(), area=area, user=user)
    return [item for item in todo_items(roles or [For.MANAGER], place) if "/purchase/" in item.url]


def said(user: User, area: Any, *roles: For) -> list[str]:
    return [item.what for item in items(user, area, *roles)]


def test_whoever_holds_the_right_is_asked_to_approve(area, other, sold, line, buyer, cast):
    authorization = factories.make_authorization(line, **DAYS)
    due = TODAY + timedelta(days=20)
    for _number in range(2):
        factories.make_invoice(sold, factories.make_delivery(authorization), status="submitted", due_on=due)
    assert said(buyer, area) == said(cast["staff"], area, For.STAFF) == []
    factories.make_money_approver(other, buyer)
    factories.make_money_approver(area, cast["staff"])
    [item] = items(buyer, area)
    assert (item.what, item.why, item.due_on, item.kind) == (
        "Approve 2 invoices of POS-1",
        "$200.00 in all.",
        due,
        SOON,
    )
    assert item.url.endswith(f"/agreements/{sold.pk}/purchase/#invoices")
    assert said(cast["staff"], area, For.STAFF, For.MANAGER) == [item.what]  # once


def test_nobody_is_asked_to_approve_what_was_taken_back(area, other, sold, line, buyer):
    factories.make_money_approver(other, buyer)
    delivery = factories.make_delivery(factories.make_authorization(line, **DAYS))
    sent = factories.make_invoice(sold, delivery, status="submitted", due_on=LATER)
    assert said(buyer, area) == ["Approve 1 invoice of POS-1"]
    invoices.take_back_invoice(sent, by=None, at=timezone.now())
    assert said(buyer, area) == []


def test_nobody_is_asked_to_approve_what_they_entered(area, other, sold, line, buyer):
    factories.make_money_approver(other, buyer)
    authorization = factories.make_authorization(line, **DAYS)
    sent = {"status": "submitted", "due_on": LATER}
    factories.make_invoice(sold, factories.make_delivery(authorization), made_by=buyer, **sent)
    factories.make_invoice(sold, factories.make_delivery(authorization), submitted_by=buyer, **sent)
    factories.make_invoice(sold, factories.make_delivery(authorization, by=buyer), **sent)
    assert said(buyer, area) == []
    factories.make_invoice(sold, factories.make_delivery(authorization), **sent | {"due_on": TODAY})
    assert [(item.what, item.kind) for item in items(buyer, area)] == [("Approve 1 invoice of POS-1", NOW)]


def test_the_right_of_a_partner_is_for_its_purchases_only(area, partner, sold, line, cast):
    factories.make_money_approver(partner, cast["manager"])  # which provides
    factories.make_invoice(
        sold, factories.make_delivery(factories.make_authorization(line, **DAYS)), status="submitted", due_on=LATER
    )
    assert not any("Approve" in what for what in said(cast["manager"], area))


def test_the_provider_is_reminded_of_reports_and_invoices(area, sold, line, buyer, cast):
    authorization, duty = factories.make_authorization(line, **DAYS), factories.make_report_duty(sold)
    for number, status in enumerate(("expected", "returned", "excused")):
        factories.make_due_report(
            authorization, duty, status=status, covers_from=LONG_AGO + timedelta(days=number), received_on=TODAY,
            answer="No dates", due_on=TODAY - timedelta(days=3 - number),
        )  # fmt: skip
    factories.make_due_report(authorization, duty, due_on=TODAY)
    last_month = TODAY.replace(day=1) - timedelta(days=1)
    factories.make_delivery(authorization, happened_on=last_month)
    drafted = factories.make_delivery(authorization, happened_on=last_month)
    factories.make_invoice(sold, drafted)
    rejected = factories.make_delivery(authorization, happened_on=last_month)
    factories.make_invoice(sold, rejected, status="rejected")
    sent = factories.make_delivery(authorization, happened_on=last_month)
    factories.make_invoice(sold, sent, status="submitted", due_on=LATER)
    factories.make_delivery(authorization, happened_on=TODAY.replace(day=1))
    factories.make_delivery(authorization, happened_on=last_month, withdrawn_at=timezone.now())
    late, submit = items(cast["manager"], area)
    assert (late.what, late.due_on, late.kind) == ("2 reports for POS-1 are late", TODAY - timedelta(days=3), NOW)
    assert submit.what == "Submit an invoice for POS-1"
    assert submit.why.startswith("$300.00 was delivered before this month")
    assert said(buyer, area) == []
    assert said(cast["colleague"], area, For.REPRESENTATIVE) == []


def test_the_purchaser_is_told_what_ends_is_used_up_and_must_be_paid(area, sold, line, buyer, cast):
    factories.make_authorization(line, **DAYS | {"last_on": TODAY + timedelta(days=30)})
    factories.make_authorization(line, **DAYS | {"last_on": TODAY - timedelta(days=1)})
    factories.make_authorization(line, **DAYS | {"last_on": TODAY + timedelta(days=31)})
    factories.make_authorization(
        line, **DAYS | {"last_on": TODAY}, status="closed", closed_on=TODAY, close_reason="Hired"
    )
    by_money = factories.make_authorization(line, **DAYS, amount=Decimal(100))
    invoice = factories.make_invoice(sold, factories.make_delivery(by_money), status="approved", due_on=TODAY)
    by_units = factories.make_authorization(line, **DAYS, units=2)
    factories.make_delivery(by_units)
    ended, paid, used = sorted(items(buyer, area), key=lambda item: item.icon != "hourglass-split")
    assert (ended.what, ended.kind) == ("2 authorizations of POS-1 end soon or have ended", NOW)
    assert (paid.what, paid.due_on, paid.kind) == ("Pay 1 invoice of POS-1", invoice.due_on, SOON)
    assert used.what == "2 authorizations of POS-1 are used up"
    factories.make_ceiling_exception(sold, authorization=by_money, amount=Decimal(50))
    assert "1 authorization of POS-1 is used up" in said(buyer, area)
    assert not any("authorization" in what for what in said(cast["manager"], area))


def test_it_costs_one_query_for_any_number_and_long_lists_are_counted(area, partner, other, cast):
    place = TodoPlace(timezone.now(), area=area, user=cast["manager"])
    todo_items([For.MANAGER], place)
    with CaptureQueriesContext(connection) as before:
        todo_items([For.MANAGER], TodoPlace(timezone.now(), area=area, user=cast["manager"]))
    for number in range(5):
        agreement = factories.make_purchase(other, partner, number=f"POS-{number}")
        authorization = factories.make_authorization(factories.make_service_line(agreement), **DAYS)
        factories.make_due_report(
            authorization, factories.make_report_duty(agreement), due_on=date(2026, 1, 1) + timedelta(days=number)
        )
    with CaptureQueriesContext(connection) as after:
        found = todo_items([For.MANAGER], TodoPlace(timezone.now(), area=area, user=cast["manager"]))
    assert len(after) == len(before)
    assert sum("report for POS-" in item.what for item in found) == 3
    assert "2 more purchases need attention" in [item.what for item in found]
