"""Reports that a provider owes: sent, accepted, returned, excused; reminders of late ones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agreements.models import DueReport
from agreements.notices.late_reports import REMINDER, subjects_of
from agreements.purchasing import reports as verbs
from agreements.purchasing.reports import CannotReport
from onestop.notices import planners
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.purchasing.money_world import AT, Purchase, make_world

DAY = timedelta(days=1)


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


@pytest.fixture
def report(purchase) -> DueReport:
    duty = factories.make_report_duty(purchase.agreement, holds_payment=True)
    return factories.make_due_report(purchase.authorization, duty)


def send(report: DueReport, purchase: Purchase, text: str = "Six sessions.") -> DueReport:
    return verbs.send_report(report, text=text, by=purchase.provider, at=AT)


# ---------------------------------------------------------------- Sending and deciding
def test_a_report_is_sent_and_accepted(purchase, report):
    sent = send(report, purchase)
    assert (sent.status, sent.received_on, sent.sent_by) == ("received", date(2026, 11, 2), purchase.provider)
    accepted = verbs.accept_report(sent, by=purchase.approver, at=AT)
    assert (accepted.status, accepted.decided_by, accepted.decided_at) == ("accepted", purchase.approver, AT)
    with pytest.raises(CannotReport, match="already received"):
        send(accepted, purchase)
    with pytest.raises(CannotReport, match="Only a received report"):
        verbs.accept_report(accepted, by=purchase.approver, at=AT)


def test_a_report_has_a_text_or_a_file(purchase, report):
    with pytest.raises(CannotReport, match="Write the report") as problem:
        send(report, purchase, " ")
    assert problem.value.field == "text"


def test_a_returned_report_is_owed_again_and_the_provider_is_told(purchase, report):
    with pytest.raises(CannotReport, match="Say what is missing"):
        verbs.return_report(send(report, purchase), answer="", by=purchase.approver, at=AT)
    returned = verbs.return_report(report, answer="The last week is missing.", by=purchase.approver, at=AT)
    assert returned.is_owed
    notice = Notice.objects.get(kind="agreements.report_returned")
    assert notice.to == purchase.provider.email
    assert notice.subject == "Monthly report for authorization A-1 was returned"
    assert "The last week is missing." in notice.text
    again = send(returned, purchase, "Now with the last week.")
    assert (again.status, again.answer, again.decided_by) == ("received", "", None)


def test_nobody_decides_on_a_report_that_they_sent(purchase, report):
    sent = verbs.send_report(report, text="Six sessions.", by=purchase.second, at=AT)
    with pytest.raises(CannotReport, match="Somebody else decides"):
        verbs.accept_report(sent, by=purchase.second, at=AT)


def test_a_report_that_is_not_needed_is_excused_with_a_reason(purchase, report):
    with pytest.raises(CannotReport, match="Say why"):
        verbs.excuse_report(report, answer=" ", by=purchase.approver, at=AT)
    excused = verbs.excuse_report(report, answer="The customer moved away.", by=purchase.approver, at=AT)
    assert not excused.is_owed
    with pytest.raises(CannotReport, match="not owed any more"):
        verbs.excuse_report(excused, answer="Again", by=purchase.approver, at=AT)


def test_late_reports_come_first(purchase, report):
    duty = report.duty
    make = factories.make_due_report
    accepted = make(
        purchase.authorization, duty, covers_from=date(2026, 7, 1), due_on=date(2026, 8, 14), status="accepted",
        received_on=date(2026, 8, 10),
    )  # fmt: skip
    coming = make(purchase.authorization, duty, covers_from=date(2026, 10, 1), due_on=date(2026, 11, 14))
    received = make(
        purchase.authorization, duty, covers_from=date(2026, 8, 1), due_on=date(2026, 9, 14), status="received",
        received_on=date(2026, 9, 10),
    )  # fmt: skip
    found = verbs.late_ones_first(DueReport.objects.all(), date(2026, 11, 2))
    assert list(found) == [report, received, coming, accepted]


# ---------------------------------------------------------------- Reminders
def run(at: datetime) -> int:
    return planners.run(REMINDER.planner(), at=at)


def at_noon(purchase: Purchase, day: date) -> datetime:
    zone: ZoneInfo = purchase.agreement.area.zone
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone)


def test_the_provider_is_reminded_of_late_reports_in_one_mail(purchase, report):
    other = factories.make_report_duty(purchase.agreement, name="Job log")
    factories.make_due_report(purchase.authorization, other)
    assert run(at_noon(purchase, date(2026, 10, 14))) == 0  # due today
    assert run(at_noon(purchase, date(2026, 10, 15))) == 1
    assert run(at_noon(purchase, date(2026, 10, 16))) == 0
    notice = Notice.objects.get(kind="agreements.report_late")
    assert notice.to == purchase.provider.email
    assert notice.subject == "2 reports under POS-1 are late"
    assert "- Job log, A-1\n  Sep 1, 2026 - Sep 30, 2026" in notice.text
    assert "not approved until the reports are received" in notice.text
    assert "\n\n\n" not in notice.text


def test_later_the_staff_are_told_and_then_it_stops(purchase, report, cast):
    start = at_noon(purchase, date(2026, 10, 15))
    sent = [run(start + day * DAY) for day in range(40)]
    assert sum(sent) == 4
    last = Notice.objects.filter(kind="agreements.report_late").order_by("pk").last()
    assert last is not None
    assert last.to == cast["staff"].email


def test_reminders_stop_when_the_report_is_received(purchase, report):
    start = at_noon(purchase, date(2026, 10, 15))
    assert run(start) == 1
    send(report, purchase)
    assert run(start + 8 * DAY) == 0


def test_nobody_is_reminded_of_reports_of_canceled_authorizations(purchase, report):
    authorization = purchase.authorization
    authorization.status, authorization.closed_on, authorization.close_reason = "canceled", date(2026, 10, 1), "Moved"
    authorization.save()
    assert run(at_noon(purchase, date(2026, 10, 15))) == 0


def test_reminders_cost_the_same_for_one_report_and_for_ten(purchase, report, queries_of, partner, neighbor_partner):
    at = at_noon(purchase, date(2026, 10, 20))
    one = queries_of(lambda: list(subjects_of(at)))
    for _ in range(10):
        agreement = factories.make_purchase(neighbor_partner, partner)
        authorization = factories.make_authorization(factories.make_service_line(agreement))
        factories.make_due_report(authorization, factories.make_report_duty(agreement))
    assert len(list(subjects_of(at))) == 11
    assert queries_of(lambda: list(subjects_of(at))) == one
