"""What partners owe, read from what is recorded: each kind of act."""

from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from onestop.dashboards.engagement.points import first_day
from onestop.dashboards.engagement.score import full_scores_of, scores_of
from partners.network.acts import Act, act_kinds, acts_in
from partners.network.upkeep_acts import due_confirmations
from tests import factories

NOW = timezone.now()
TODAY = NOW.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def acts(area: Any, kind: str) -> list[tuple[str, date, date | None, str]]:
    found = acts_in(area, first_day(TODAY), TODAY - timedelta(days=1))
    return [(act.what, act.due_on, act.done_on, act.excused) for act in found if act.kind == kind]


def hold(series: Any, days_ago: int, status: str = "held") -> Any:
    local = (NOW - timedelta(days=days_ago)).astimezone(series.zone_info).replace(hour=9, tzinfo=None, microsecond=0)
    meeting = factories.make_meeting(series, local, status=status)
    if status == "held":
        factories.make_record(meeting, closed_at=meeting.ends_at)
    return meeting


@pytest.fixture
def series(area: Any) -> Any:
    return factories.make_series(factories.make_group(area, name="Partner team"))


def test_every_kind_says_what_counts_and_what_it_weighs():
    for kind in act_kinds():
        assert str(kind.label)
        assert str(kind.help_text).endswith(".")
        assert 0 < kind.weight <= 10
    assert {kind.code for kind in act_kinds()} == {
        "services", "proposals", "answered", "attended", "actions", "reported", "consented", "affirmed", "taught",
        "signatures", "statements", "counts", "reports",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("presence", "more", "done", "excused"),
    [
        ("present", {}, True, False),
        ("online", {}, True, False),
        ("present", {"is_alternate": True}, True, False),
        ("absent", {}, False, False),
        ("excused", {}, False, True),
    ],
)
def test_a_seat_is_owed_at_each_meeting_that_was_held(area, partner, series, presence, more, done, excused):
    seat = factories.make_group_seat(series.group, partner)
    meeting = hold(series, 10)
    factories.make_attendance(meeting, seat, presence=presence, **more)
    hold(series, 20, status="planned")
    day = meeting.local_start.date()
    assert acts(area, "attended") == [
        ("Partner team", day, day if done else None, "Excused at the meeting" if excused else "")
    ]


def test_a_guest_of_the_partner_fills_its_seat_and_owes_nothing_alone(area, partner, series):
    other = factories.make_partnership(area)
    seat = factories.make_group_seat(series.group, partner)
    meeting = hold(series, 10)
    factories.make_attendance(meeting, seat, presence="absent")
    factories.make_attendance(meeting, partnership=partner, organization_name="Mill")
    factories.make_attendance(meeting, partnership=other, organization_name="School")
    day = meeting.local_start.date()
    assert acts(area, "attended") == [("Partner team", day, day, "")]


def test_an_invitation_is_answered_by_any_of_its_people(area, partner, cast, series):
    seat = factories.make_group_seat(series.group, partner)
    invitations = [
        factories.make_meeting_invitation(
            series, asked_at=NOW - timedelta(days=90), told_sequence=0,
            member=factories.make_group_member(series.group, user, seat=seat, is_alternate=number > 0),
        )
        for number, user in enumerate((cast["manager"], cast["colleague"]))
    ]  # fmt: skip
    answered, not_answered = hold(series, 40), hold(series, 10)
    factories.make_answer(invitations[1], answered, at=NOW - timedelta(days=45), answer="no")
    assert [(due, done) for _what, due, done, _excused in acts(area, "answered")] == [
        (answered.local_start.date(), (NOW - timedelta(days=45)).astimezone(area.zone).date()),
        (not_answered.local_start.date(), None),
    ]


def test_whoever_came_without_an_answer_has_answered(area, partner, cast, series):
    seat = factories.make_group_seat(series.group, partner)
    member = factories.make_group_member(series.group, cast["manager"], seat=seat)
    factories.make_meeting_invitation(series, asked_at=NOW - timedelta(days=90), told_sequence=0, member=member)
    meeting = hold(series, 10)
    factories.make_attendance(meeting, seat)
    day = meeting.local_start.date()
    assert acts(area, "answered") == [("Partner team", day, day, "")]


def test_an_answer_to_a_moved_meeting_no_longer_counts(area, partner, cast, series):
    seat = factories.make_group_seat(series.group, partner)
    member = factories.make_group_member(series.group, cast["manager"], seat=seat)
    asked = factories.make_meeting_invitation(series, asked_at=NOW - timedelta(days=90), told_sequence=0, member=member)
    meeting = hold(series, 10)
    factories.make_answer(asked, meeting, for_start=meeting.starts_at - timedelta(hours=1), at=NOW - timedelta(days=50))
    assert [done for _what, _due, done, _excused in acts(area, "answered")] == [None]


def test_action_items_of_the_organization(area, partner, series):
    make = factories.make_action
    make(series.group, partnership=partner, text="Done", due_on=ago(30), status="done", closed_at=NOW)
    make(series.group, partnership=partner, text="Open", due_on=ago(20))
    make(
        series.group, partnership=partner, text="Dropped", due_on=ago(20), status="dropped", closed_at=NOW, outcome="-"
    )
    make(series.group, partnership=partner, text="Not due", due_on=TODAY)
    make(series.group, text="Of a person alone", due_on=ago(20))
    today = NOW.astimezone(area.zone).date()
    assert acts(area, "actions") == [("Done", ago(30), today, ""), ("Open", ago(20), None, "")]


def test_services_are_due_half_a_year_after_they_were_confirmed():
    start = date(2026, 1, 1)
    every = timedelta(days=183)
    found = list(due_confirmations(start, [start, date(2026, 6, 1)], date(2027, 12, 31)))
    assert found[0] == (start + every, date(2026, 6, 1))
    assert found[1][0] == date(2026, 6, 1) + every
    assert found[1][1] is None
    # Confirmed every month, it is owed no more often.
    months = [start + relativedelta(months=number) for number in range(12)]
    assert len(list(due_confirmations(start, months, date(2026, 12, 31)))) <= 2
    # Added without being confirmed, then confirmed late.
    late = list(due_confirmations(start, [date(2026, 3, 1)], date(2026, 4, 1)))
    assert late == [(date(2026, 1, 31), date(2026, 3, 1))]


def test_services_and_proposals(area, partner, cast):
    service = factories.make_service(partner, name="Reading", verified_on=ago(200))
    factories.make_proposal(service, cast["neighbor"], proposed_at=NOW - timedelta(days=30))
    assert [what for what, *_ in acts(area, "services")] == ["Reading"]
    [(what, _due, done, _excused)] = acts(area, "proposals")
    assert (what, done) == ("Proposed change to Reading", None)


def test_an_archived_partner_has_no_score(area, partner, series):
    factories.make_action(series.group, partnership=partner, due_on=ago(20))
    assert scores_of(area, TODAY)[partner.pk] == 0
    partner.status = "ended"
    partner.save()
    assert partner.pk not in scores_of(area, TODAY)


def test_scores_cost_the_same_for_one_partner_and_ten(area, partner, series, queries_of):
    def fill(one: Any) -> None:
        seat = factories.make_group_seat(series.group, one)
        factories.make_attendance(meeting, seat, presence="absent")
        factories.make_action(series.group, partnership=one, due_on=ago(20))
        factories.make_service(one, verified_on=ago(200))

    meeting = hold(series, 10)
    fill(partner)
    once = queries_of(lambda: full_scores_of(area, TODAY))
    for _ in range(9):
        fill(factories.make_partnership(area))
    assert queries_of(lambda: full_scores_of(area, TODAY)) == once


def test_names_of_acts_are_unique(area, partner, series):
    for number in range(3):
        factories.make_service(partner, verified_on=ago(200 + number))
    found: list[Act] = acts_in(area, first_day(TODAY), TODAY)
    assert len({(act.partnership, act.name) for act in found}) == len(found)
