"""Reminders and to-do items of agreements that expire, lapse, or are to be reviewed or replaced."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from agreements.models import Agreement
from agreements.notices.clocks import EXPIRING_REMINDER, REVIEW_REMINDER
from agreements.terms import endings, reviews
from agreements.todo import terms as todo
from onestop.notices import planners
from onestop.notices.models import Cadence, Notice
from onestop.notices.notice_types import notice_type_of
from onestop.notices.reminders import Reminder
from onestop.ui.small_queries import read_together
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from partners.models import LocalArea, Office
from tests import factories

DAY = timedelta(days=1)
ENDS = date(2027, 6, 30)
LAST = datetime(2027, 6, 30, 15, tzinfo=UTC)  # 11:00 AM on the last day
Status = Notice.Status


def run(reminder: Reminder, at: datetime) -> int:
    return planners.run(reminder.planner(), at=at)


def names() -> list[str]:
    rows = Notice.objects.order_by("written_at", "recipient__name")
    return [name.split()[0] for name in rows.values_list("recipient__name", flat=True)]


@pytest.fixture
def chair(area, cast) -> None:
    """The board member of the cast chairs the board."""
    office = factories.make_office(area, kind=Office.Kind.CHAIR, title="Chair")
    factories.make_tenure(office, user=cast["board"], name=cast["board"].name, from_on=date(2024, 1, 1))


@pytest.fixture
def mou(area, chair) -> Agreement:
    """An MOU that ends on June 30, 2027; its review is due on the same day."""
    return factories.make_executed(area, date(2024, 7, 1), ENDS, number="MOU-24-01", review_on=ENDS)


# ---------------------------------------------------------------- Expiry
def test_reminders_go_to_staff_then_to_the_chair_too(mou):
    days = (-271, -270, -181, -180, -90, -31, -30, -1, 0, 1, 30)
    written = [run(EXPIRING_REMINDER, LAST + day * DAY) for day in days]
    assert written == [0, 1, 0, 2, 2, 0, 2, 0, 2, 0, 0]
    assert names() == ["Dana", *["Dana", "Ruth"] * 4]


def test_a_run_twice_or_late_sends_nothing_twice(mou):
    assert run(EXPIRING_REMINDER, LAST - 100 * DAY) == 2
    assert run(EXPIRING_REMINDER, LAST - 100 * DAY) == 0
    assert run(EXPIRING_REMINDER, LAST - 99 * DAY) == 0


def test_one_mail_lists_the_agreements_that_end_on_one_day(area, mou):
    factories.make_executed(area, date(2026, 7, 1), ENDS, kind="ifa", number="IFA-26-01", title="Costs of the centers")
    factories.make_executed(area, date(2026, 7, 1), ENDS + 40 * DAY, kind="purchase", number="POS-26-01")
    assert run(EXPIRING_REMINDER, LAST - 270 * DAY) == 1
    mail = Notice.objects.get()
    assert mail.subject == "2 agreements of Riverbend end on Jun 30, 2027"
    assert "IFA-26-01, Costs of the centers" in mail.text
    assert "MOU-24-01, Umbrella MOU" in mail.text
    assert "POS-26-01" not in mail.text
    assert "in 270 days" in mail.text
    assert mail.url == reverse("agreements:timeline", args=[area.slug])


def test_the_mail_about_one_agreement_leads_to_it_and_names_the_next_reminder(mou):
    run(EXPIRING_REMINDER, LAST - 270 * DAY)
    mail = Notice.objects.get()
    assert mail.subject == "MOU-24-01 expires on Jun 30, 2027"
    assert mail.url == mou.get_absolute_url()
    assert "we will remind the staff and the chair of the board on Fri, Jan 1, 2027." in mail.text
    assert mail.why == "You are One-Stop staff of Riverbend."


def test_after_its_end_a_late_mail_says_that_it_expired(mou):
    run(EXPIRING_REMINDER, LAST + 10 * DAY)
    mail = Notice.objects.filter(recipient__name__startswith="Ruth").get()
    assert mail.subject == "MOU-24-01 expired on Jun 30, 2027, without a successor"
    assert "10 days ago" in mail.text
    assert mail.why == "You chair the board of Riverbend."


def test_an_executed_successor_or_extension_withdraws_what_is_not_sent(area, mou):
    other = factories.make_executed(area, date(2024, 7, 1), ENDS - DAY, kind="ifa", number="IFA-24-01")
    run(EXPIRING_REMINDER, LAST - 100 * DAY)
    factories.make_executed(area, ENDS + DAY, date(2030, 6, 30), supersedes=mou)
    facts = {"kind": "amendment", "amends": other, "extends_to": date(2028, 6, 30)}
    factories.make_executed(area, ENDS, date(2028, 6, 30), **facts)
    assert run(EXPIRING_REMINDER, LAST - 99 * DAY) == 0
    assert set(Notice.objects.values_list("status", flat=True)) == {Status.WITHDRAWN}
    assert run(EXPIRING_REMINDER, LAST) == 0


def test_a_draft_of_a_successor_stops_nothing_and_a_termination_does(area, mou, cast):
    factories.make_agreement(area, supersedes=mou)
    assert run(EXPIRING_REMINDER, LAST - 100 * DAY) == 2
    endings.terminate_agreement(mou, on=ENDS, reason="It closed.", by=cast["staff"], at=LAST - 99 * DAY)
    assert run(EXPIRING_REMINDER, LAST - 30 * DAY) == 0


def test_what_lapsed_long_ago_is_left_to_the_todo_list(area, chair):
    factories.make_executed(area, date(2020, 7, 1), date(2023, 6, 30))
    assert run(EXPIRING_REMINDER, LAST) == 0


def test_an_interim_funding_agreement_is_to_be_replaced_six_months_after_the_mou(area, chair):
    factories.make_executed(area, date(2027, 1, 1), date(2029, 12, 31), executed_on=date(2026, 12, 15))
    factories.make_executed(area, date(2027, 1, 1), None, kind="ifa", is_interim=True, number="IFA-27-01")
    assert run(EXPIRING_REMINDER, datetime(2027, 6, 15, 15, tzinfo=UTC)) == 2
    mail = Notice.objects.filter(recipient__name__startswith="Dana").get()
    assert mail.subject == "IFA-27-01 is to be replaced by a final agreement by Jun 15, 2027"
    assert "20 CFR 678.715(c)" in mail.text


# ---------------------------------------------------------------- Reviews
def test_review_reminders_stop_when_the_review_is_recorded(mou, cast):
    at = LAST - 100 * DAY
    assert run(REVIEW_REMINDER, at) == 2
    mail = Notice.objects.filter(recipient=cast["staff"]).get()
    assert mail.subject == "The review of MOU-24-01 is due on Jun 30, 2027"
    assert "(20 CFR 678.500(b)(6))" in mail.text
    reviews.record_review(mou, on=date(2027, 3, 1), who="The board", by=cast["staff"], at=at)
    assert run(REVIEW_REMINDER, at + DAY) == 0
    assert set(Notice.objects.values_list("status", flat=True)) == {Status.WITHDRAWN}


def test_removing_a_review_resumes_the_reminders(mou, cast):
    review = reviews.record_review(mou, on=date(2026, 11, 1), who="The board", by=cast["staff"], at=LAST - 200 * DAY)
    assert run(REVIEW_REMINDER, LAST) == 0
    reviews.remove_review(review, by=cast["staff"], at=LAST)
    assert run(REVIEW_REMINDER, LAST) == 2


def test_neither_a_funding_agreement_nor_a_draft_is_reviewed(area, chair):
    factories.make_executed(area, date(2024, 7, 1), date(2030, 6, 30), kind="ifa", review_on=ENDS)
    factories.make_agreement(area, review_on=ENDS)
    assert run(REVIEW_REMINDER, LAST) == 0


@pytest.mark.parametrize("reminder", [EXPIRING_REMINDER, REVIEW_REMINDER])
def test_legal_notices_can_join_a_digest_but_not_be_turned_off(reminder):
    cadences = notice_type_of(reminder.code).cadences
    assert Cadence.OFF not in cadences
    assert Cadence.WEEKLY in cadences


@pytest.mark.parametrize("reminder", [EXPIRING_REMINDER, REVIEW_REMINDER])
def test_planning_costs_the_same_for_one_agreement_and_for_many_areas(area, mou, queries_of, reminder):
    planner = reminder.planner()
    few = queries_of(lambda: list(planner.plan(LAST - 80 * DAY)))
    for number in range(5):
        elsewhere = factories.make_area(state=area.state, name=f"Area {number}", slug=f"area-{number}")
        factories.make_executed(elsewhere, date(2024, 7, 1), ENDS, review_on=ENDS)
    assert queries_of(lambda: list(planner.plan(LAST - 80 * DAY))) == few


# ---------------------------------------------------------------- To-do items
def items(area: LocalArea, today: date) -> list[TodoItem]:
    return [item for found in read_together(todo.items_of(area, today)) for item in found]


def test_what_lapsed_is_urgent_and_what_ends_later_is_not(area, mou):
    assert [item.kind for item in items(area, ENDS - 300 * DAY)] == []
    assert [item.kind for item in items(area, ENDS - 200 * DAY)] == [LATER]
    assert [item.kind for item in items(area, ENDS - 90 * DAY)] == [SOON, SOON]  # its end, and its review
    [lapsed] = items(area, ENDS + 41 * DAY)
    assert lapsed.kind == NOW
    assert lapsed.what == "MOU-24-01 expired without a successor"
    assert lapsed.why.startswith("41 days are not covered.")


def test_an_overdue_review_and_final_agreement_are_urgent(area, chair):
    factories.make_executed(area, date(2024, 7, 1), None, number="MOU-24-01")
    factories.make_executed(area, date(2024, 7, 1), None, number="IFA-24-01", kind="ifa", is_interim=True)
    found = items(area, date(2027, 7, 2))
    assert [(item.kind, item.what) for item in found] == [
        (NOW, "The review of MOU-24-01 is overdue"),
        (NOW, "The final agreement after IFA-24-01 is overdue: notify the Governor"),
    ]


def test_a_few_are_named_and_the_rest_is_counted(area, chair):
    for _ in range(6):
        factories.make_executed(area, date(2024, 7, 1), ENDS, kind="purchase")
    found = items(area, ENDS + DAY)
    assert len(found) == 4
    assert found[-1].what == "3 more agreements need attention"
    assert found[-1].url.endswith("?standing=lapsed")


def test_staff_and_board_see_them_first_and_partners_do_not(as_, area, partner, settings):
    lapsed: Any = factories.make_executed(area, date(2020, 7, 1), date(2023, 6, 30), number="MOU-20-01")
    factories.make_party(lapsed, partner)
    for who, sees in (("staff", True), ("board", True), ("manager", False)):
        page = as_(who).get(reverse("dashboards:home", args=[area.slug])).content.decode()
        assert ("MOU-20-01 expired without a successor" in page) is sees, who
