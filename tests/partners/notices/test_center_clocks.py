"""Reminders of the deadlines of a center: its certification and its yearly accessibility review."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from onestop.notices import messages, planners
from onestop.notices.models import Cadence, Notice
from onestop.notices.notice_types import notice_type_of
from partners.models import Center, CenterReview, Role
from partners.network import reviews
from partners.notices.center_clocks import REMINDERS
from tests import factories

Kind, Status = CenterReview.Kind, Notice.Status
DAY = timedelta(days=1)
DUE = datetime(2027, 3, 1, 15, tzinfo=UTC)  # 10:00 AM on the day by which both are due
CERTIFICATION, ACCESSIBILITY = Kind.CERTIFICATION, Kind.ACCESSIBILITY


def run(kind: CenterReview.Kind, at: datetime) -> int:
    return planners.run(REMINDERS[kind].planner(), at=at)


def names() -> list[str]:
    rows = Notice.objects.order_by("written_at", "recipient__name")
    return [name.split()[0] for name in rows.values_list("recipient__name", flat=True)]


@pytest.fixture
def center(area, cast) -> Center:
    return factories.make_center(
        area, name="Center Street", certified_on=date(2024, 3, 1), accessibility_reviewed_on=date(2026, 3, 1)
    )


def test_certification_reminders_go_to_staff_then_to_the_board_too(center):
    days = (-91, -90, -31, -30, -1, 0, 29, 30, 100)
    assert [run(CERTIFICATION, DUE + day * DAY) for day in days] == [0, 1, 0, 2, 0, 2, 0, 2, 0]
    assert names() == ["Dana", "Dana", "Ruth", "Dana", "Ruth", "Dana", "Ruth"]


def test_accessibility_reminders_go_to_staff_then_to_the_board_too(center):
    days = (-31, -30, -8, -7, 0, 30, 100)
    assert [run(ACCESSIBILITY, DUE + day * DAY) for day in days] == [0, 1, 0, 2, 2, 2, 0]


def test_mail_has_the_due_date_the_citation_and_the_next_reminder(center, cast):
    run(CERTIFICATION, DUE - 90 * DAY)
    mail = Notice.objects.get()
    assert mail.subject == "The certification of Center Street expires on Mar 1, 2027"
    assert "The board must certify each center at least every three years." in mail.text
    assert "(20 CFR 678.800)" in mail.text
    assert "If it is not recorded, we will remind the staff and the board on Sat, Jan 30, 2027." in mail.text
    assert mail.url == reverse("partners:certification_add", args=[center.pk])
    assert mail.scope == f"partners.localarea:{center.area_id}"


def test_mail_links_the_board_to_the_center_and_staff_to_the_form(center, cast):
    for days in (-30, -7):
        run(ACCESSIBILITY, DUE + days * DAY)
    to_board = Notice.objects.get(recipient=cast["board"])
    assert to_board.url == reverse("partners:center_detail", args=[center.pk])
    assert to_board.why == "You are on the board of Riverbend."
    to_staff = Notice.objects.filter(recipient=cast["staff"]).latest("written_at")
    assert to_staff.url == reverse("partners:accessibility_add", args=[center.pk])


def test_mail_about_a_long_expired_certification_uses_the_past_tense(center):
    run(CERTIFICATION, DUE + 400 * DAY)
    subjects = Notice.objects.values_list("recipient__memberships__role", "subject")
    ended = "The certification of Center Street expired on Mar 1, 2027"
    assert set(subjects) == {(Role.STAFF, ended), (Role.BOARD, ended)}


def test_a_center_that_was_never_reviewed_sends_no_reminder(area, cast):
    factories.make_center(area)
    assert [run(kind, DUE) for kind in REMINDERS] == [0, 0]


@pytest.mark.parametrize("kind", REMINDERS)
def test_legal_notices_can_join_a_digest_but_not_be_turned_off(kind):
    cadences = notice_type_of(REMINDERS[kind].code).cadences
    assert Cadence.OFF not in cadences
    assert Cadence.WEEKLY in cadences


@pytest.mark.parametrize("kind", REMINDERS)
def test_recording_a_review_withdraws_unsent_reminders(center, cast, kind):
    at = DUE - 10 * DAY
    run(kind, at)
    other = next(one for one in REMINDERS if one != kind)
    run(other, at)
    facts = {"held_on": date(2027, 2, 19), "outcome": "met"}
    reviews.record_review(center, kind=kind, facts=facts, by=cast["staff"], at=at)
    of = {row.kind: row.status for row in Notice.objects.all()}
    assert of == {REMINDERS[kind].code: Status.WITHDRAWN, REMINDERS[other].code: Status.QUEUED}
    assert run(kind, DUE) == 0


def test_removing_a_review_resumes_the_reminders(center, cast):
    factories.make_review(center, held_on=date(2026, 3, 1))
    run(ACCESSIBILITY, DUE - 30 * DAY)
    facts = {"held_on": date(2027, 2, 1), "outcome": "met"}
    review = reviews.record_review(center, kind=ACCESSIBILITY, facts=facts, by=cast["staff"], at=DUE - 20 * DAY)
    assert run(ACCESSIBILITY, DUE) == 0
    reviews.take_back_review(review, by=cast["staff"], at=DUE)
    assert run(ACCESSIBILITY, DUE) == 2, "the second step: the first was sent before"


def test_a_failed_certification_withdraws_nothing(center, cast):
    run(CERTIFICATION, DUE - 90 * DAY)
    factories.make_review(center, kind=CERTIFICATION, held_on=date(2024, 3, 1))
    facts = {"held_on": date(2026, 12, 2), "outcome": "not_met"}
    reviews.record_review(center, kind=CERTIFICATION, facts=facts, by=cast["staff"], at=DUE - 80 * DAY)
    assert Notice.objects.get().status == Status.QUEUED


def test_query_count_is_the_same_for_one_center_and_for_ten(center, area, queries_of):
    planner = REMINDERS[CERTIFICATION].planner()

    def plan() -> list[messages.Message]:
        return list(planner.plan(DUE - 80 * DAY))

    one = queries_of(plan)
    for _ in range(9):
        factories.make_center(area, certified_on=date(2024, 3, 1))
    assert len(plan()) == 10
    assert queries_of(plan) == one
