"""A closed authorization is reopened within its fiscal year, with a reason, unless what was left was reissued."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agreements.models import Agreement, Authorization, PurchaseTerms, ServiceLine
from agreements.purchasing import authorizations, telling
from agreements.purchasing.agreement_locks import CannotPurchase
from agreements.purchasing.reopening import can_be_reopened, reopen_authorization
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.purchasing.purchase_world import NOW, TODAY, Purchase
from tests.at_once import second_waits_for

REASON = "The job ended."
NEXT_YEAR = datetime(2027, 7, 1, 9, 0, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def closed(purchase, line) -> Authorization:
    factories.make_report_duty(purchase.agreement)
    issued = purchase.issue(line, first_on=TODAY)
    return authorizations.close_authorization(issued, on=TODAY, reason="Hired", **purchase.given)


def reopen(closed: Authorization, at: datetime = NOW, reason: str = REASON) -> Authorization:
    return reopen_authorization(closed, reason=reason, by=None, at=at)


def refused(match: str, *args: Any, field: str | None = None, **given: Any) -> None:
    with pytest.raises(CannotPurchase, match=match) as problem:
        reopen(*args, **given)
    assert problem.value.field == field


def reissue(purchase: Purchase, closed: Authorization) -> Authorization:
    days = {"number": "A-2", "first_on": date(2027, 1, 1), "last_on": date(2027, 6, 30), "issued_on": TODAY}
    return authorizations.reissue_authorization(closed, facts=days, **purchase.given)


def test_it_is_open_again_and_its_reports_are_expected(closed):
    assert closed.reports.count() == 1
    again = reopen(closed)
    again.refresh_from_db()
    assert (again.status, again.closed_on, again.close_reason) == ("open", None, "")
    assert again.reports.count() == 8  # November to June
    change = again.changes.get()
    assert (change.is_reopening, change.reason, change.amount_after) == (True, REASON, again.amount)


def test_reports_of_one_that_was_closed_before_it_began_are_expected_again(purchase, line):
    factories.make_report_duty(purchase.agreement)
    issued = purchase.issue(line)
    authorizations.close_authorization(issued, on=TODAY, reason="Hired", **purchase.given)
    assert not issued.reports.exists()
    assert reopen(issued).reports.count() == 8


def test_the_provider_is_told(closed, cast):
    reopen(closed)
    notice = Notice.objects.filter(kind=telling.AUTHORIZATION).latest("pk")
    assert notice.subject == "Authorization A-1 was reopened"
    assert notice.recipient == cast["manager"]
    assert "What is left can be delivered until Jun 30, 2027." in " ".join(notice.text.split())
    assert f"Reason: {REASON}" in notice.text
    assert "\n\n\n" not in notice.text


def test_only_a_closed_one_is_reopened_with_a_reason_that_names_nobody(purchase, line, closed):
    refused("Enter the reason", closed, reason=" ", field="reason")
    refused("Social Security number", closed, reason="His number is 123-45-6789.", field="reason")
    reopen(closed)
    refused("is open", closed)
    authorizations.cancel_authorization(closed, reason="Moved", **purchase.given)
    refused("was canceled", closed)


def test_one_whose_rest_was_reissued_stays_closed(purchase, closed):
    reissue(purchase, closed)
    refused("was reissued", closed)


def test_it_stays_closed_after_its_fiscal_year_if_the_rule_says_so(closed):
    Agreement.objects.update(expires_on=date(2028, 6, 30))
    refused("fiscal year of this authorization ended on Jun 30, 2027", closed, at=NEXT_YEAR)
    closed = Authorization.objects.select_related("agreement__purchase_terms", "agreement__area__state").get()
    assert can_be_reopened(closed, TODAY, is_reissued=False)
    assert not can_be_reopened(closed, TODAY, is_reissued=True)
    assert not can_be_reopened(closed, NEXT_YEAR.date(), is_reissued=False)
    PurchaseTerms.objects.update(within_fiscal_year=False)
    assert reopen(closed, at=NEXT_YEAR).is_open


def test_it_stays_closed_when_its_service_or_its_agreement_is_gone(closed):
    ServiceLine.objects.update(archived_at=NOW)
    refused("was removed", closed)
    ServiceLine.objects.update(archived_at=None)
    Agreement.objects.update(expires_on=date(2027, 1, 31))
    refused("ends on Jan 31, 2027", closed)
    Agreement.objects.update(status="terminated", terminated_on=TODAY, termination_reason="Closed down")
    refused("executed agreement only", closed)


@pytest.mark.django_db(transaction=True)
def test_it_is_not_reopened_while_it_is_reissued(purchase, closed):
    problem = second_waits_for(lambda: reissue(purchase, closed), lambda: reopen(closed))
    assert isinstance(problem, CannotPurchase)
    assert not Authorization.objects.get(pk=closed.pk).is_open
