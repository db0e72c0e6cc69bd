"""Nudges: who is written to, when, and when they stop."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from onestop.dashboards.engagement.nudging import is_back, nudge_of
from onestop.dashboards.notices.nudges import BACK, MISSING, REMINDER, subjects_of
from onestop.notices import planners
from onestop.notices.models import Cadence, Notice, PlannerRun, Preference
from onestop.notices.notice_types import notice_type_of
from partners.network.acts import Act
from tests import factories

NOW = timezone.now().replace(hour=15)
TODAY = NOW.date()
WEIGHTS = {"attended": 5, "actions": 4}


def miss(area: Any, partner: Any) -> Any:
    """Let a partner not do two action items; return the older one."""
    group = factories.make_group(area)
    for number in range(2):
        action = factories.make_action(
            group, partnership=partner, text=f"Send counts {number}", due_on=TODAY - timedelta(days=20 + number)
        )
    return action


def act(kind: str, days_ago: int, done: bool = False, **more: Any) -> Act:
    due = TODAY - timedelta(days=days_ago)
    return Act(kind, days_ago, 1, due, "What", "/there/", due if done else None, **more)


def test_two_missing_acts_are_a_nudge_and_one_is_none():
    assert nudge_of(1, [act("actions", 30)], WEIGHTS, TODAY) is None
    nudge = nudge_of(1, [act("actions", 30), act("attended", 20)], WEIGHTS, TODAY)
    assert nudge
    assert nudge.since == TODAY - timedelta(days=6)
    assert [kind.code for kind in nudge.kinds] == ["attended", "actions"]


def test_excused_old_and_weightless_acts_are_no_reason():
    found = [act("actions", 30), act("actions", 31, excused="Flood"), act("attended", 100), act("services", 20)]
    assert nudge_of(1, found, WEIGHTS, TODAY) is None


def test_whoever_came_again_hears_nothing_of_earlier_meetings():
    missed = [act("attended", 60), act("attended", 40)]
    assert nudge_of(1, missed, WEIGHTS, TODAY)
    assert nudge_of(1, [*missed, act("attended", 20, done=True)], WEIGHTS, TODAY) is None


def test_a_partner_is_back_after_three_months_without_a_miss():
    lately = [act("actions", days, done=True) for days in (10, 20, 30)]
    assert is_back([*lately, act("actions", 120)], WEIGHTS, TODAY) == 3
    assert is_back(lately, WEIGHTS, TODAY) == 0
    assert is_back([*lately, act("actions", 15), act("actions", 120)], WEIGHTS, TODAY) == 0


# ---------------------------------------------------------------- Mails
@pytest.fixture
def missing(area: Any, partner: Any) -> Any:
    return miss(area, partner)


@pytest.fixture
def people(partner: Any, cast: Any) -> None:
    factories.make_representative(partner, cast["manager"], kind="main")
    factories.make_representative(partner, name="Alex Second", email="alex@mill.example", kind="alternate")
    office = factories.make_office(partner.organization, kind="agency_head", title="Director")
    factories.make_tenure(office, name="Dora Head", email="dora@mill.example")


def run(days: int) -> None:
    planners.run(REMINDER.planner(), at=NOW + timedelta(days=days))


def mails() -> list[str]:
    return list(Notice.objects.filter(kind=MISSING).order_by("step", "pk").values_list("to", flat=True))


def test_each_step_writes_to_the_next_person_and_says_so_before(partner, cast, missing, people):
    run(0)
    assert mails() == [cast["manager"].email]
    first = Notice.objects.get()
    assert "Send counts 1" in first.text
    assert "we will write to Alex Second, your alternate" in first.text
    assert "Report on your action items" in first.text
    run(0)
    run(9)
    assert mails() == [cast["manager"].email]
    run(10)
    assert mails()[1:] == ["alex@mill.example"]
    second = Notice.objects.get(step=2)
    assert "Dora Head, the head of your agency" in second.text
    run(24)
    assert mails()[2:] == ["dora@mill.example"]
    run(60)
    assert len(mails()) == 3


def test_it_stops_when_one_is_done(partner, missing, people):
    run(0)
    missing.status, missing.closed_at = "done", NOW
    missing.save()
    assert list(subjects_of(NOW)) == []
    run(10)
    assert len(mails()) == 1


def test_a_nudge_is_a_reminder_so_that_the_weekly_limit_counts(partner):
    assert notice_type_of(MISSING).reason == "nudge"
    assert notice_type_of(BACK).cadence == Cadence.OFF


def test_a_kind_word_only_for_those_who_want_it(area, partner, cast, people):
    group = factories.make_group(area)
    for days in (10, 20, 30):
        factories.make_action(
            group, partnership=partner, due_on=TODAY - timedelta(days=days), status="done",
            closed_at=NOW - timedelta(days=days + 1),
        )  # fmt: skip
    factories.make_action(group, partnership=partner, due_on=TODAY - timedelta(days=120))
    back = planners.planner_of(BACK)
    assert back
    planners.run(back, at=NOW)
    assert not Notice.objects.filter(kind=BACK).exists()
    Preference.objects.create(user=cast["manager"], kind=BACK, cadence=Cadence.AT_ONCE)
    planners.run(back, at=NOW)
    planners.run(back, at=NOW + timedelta(days=1))
    assert list(Notice.objects.filter(kind=BACK).values_list("to", flat=True)) == [cast["manager"].email]
    assert "3 things, on time. Thank you." in Notice.objects.get(kind=BACK).text


def test_subjects_cost_the_same_for_one_area_and_three(area, partner, missing, people, queries_of):
    list(subjects_of(NOW))
    once = queries_of(lambda: list(subjects_of(NOW)))
    for _ in range(2):
        other = factories.make_partnership(factories.make_area())
        miss(other.area, other)
    assert len(list(subjects_of(NOW))) == 3
    assert queries_of(lambda: list(subjects_of(NOW))) == once


# ---------------------------------------------------------------- When acts are read
def run_at(area: Any, hour: int, minute: int = 0, day: int = 0) -> int:
    local = datetime.combine(TODAY + timedelta(days=day), time(hour, minute), area.zone)
    return planners.run_noted(REMINDER.planner(), at=local)


def test_an_area_is_read_in_the_morning_and_at_noon_not_in_each_run(area, partner, people, queries_of):
    assert run_at(area, 6) == 0  # the first run ever reads everything
    miss(area, partner)
    few = queries_of(lambda: run_at(area, 7, 45))
    assert mails() == []
    assert 3 * few < queries_of(lambda: run_at(area, 8, 5))
    assert len(mails()) == 1
    assert [run_at(area, hour, day=10) for hour in (7, 8, 9)] == [0, 0, 0]
    assert run_at(area, 12, day=10) == 1  # ten days after the mail of 8:05
    assert [run_at(area, hour, day=11) for hour in (1, 8, 12, 23)] == [0] * 4


def test_what_is_not_sent_yet_is_withdrawn_at_once_when_the_partner_catches_up(area, partner, cast, people):
    other = factories.make_partnership(factories.make_area())
    factories.make_representative(other, name="Olga Other", email="olga@other.example", kind="main")
    action = miss(area, partner)
    miss(other.area, other)
    assert run_at(area, 8, 5) == 2
    action.status, action.closed_at = "done", NOW
    action.save()
    assert run_at(area, 9) == 0
    withdrawn = Notice.objects.filter(kind=MISSING, status=Notice.Status.WITHDRAWN)
    assert [notice.to for notice in withdrawn] == [cast["manager"].email]
    assert Notice.objects.unsent().filter(to="olga@other.example").exists()


def test_after_a_run_that_failed_all_areas_are_read_again(area, partner, people):
    assert run_at(area, 8) == 0
    miss(area, partner)
    PlannerRun.objects.update(problem="OperationalError")
    assert run_at(area, 9) == 1
