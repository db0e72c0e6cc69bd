"""Reminders of reports on goals: to whom, when, and until when."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from meetings.goals import reports, status
from meetings.models import Goal, GoalLink
from meetings.notices.goals import GOAL_DUE, GOAL_OVERDUE
from onestop.notices import planners
from onestop.notices.models import Notice
from onestop.notices.reminders import Reminder
from tests import factories
from tests.meetings.meeting_world import NOW, mails, words_of

DUE = date(2026, 10, 15)  # of a report that was made as of the end of June


@pytest.fixture
def goal(area, partner) -> Goal:
    goal = factories.make_goal(factories.make_plan(area), name="Credentials earned")
    factories.make_goal_partner(goal, partner, role="accountable")
    factories.make_goal_update(goal, as_of=date(2026, 6, 30))
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    return goal


def run(reminder: Reminder, days: int) -> int:
    return planners.run(reminder.planner(), at=on_day(days))


def on_day(days: int) -> datetime:
    """Return noon some days after the report is due."""
    return datetime.combine(DUE, datetime.min.time(), NOW.tzinfo) + timedelta(days=days, hours=12)


def test_the_partner_that_answers_is_reminded_until_it_reports(goal, cast):
    days = (-8, -7, -3, 0, 1, 13, 14, 15, 28, 42)
    written = [run(GOAL_DUE, day) + run(GOAL_OVERDUE, day) for day in days]
    assert written == [0, 1, 0, 1, 0, 0, 1, 0, 1, 1]
    assert {mail.to for mail in mails()} == {"main@millrace.example"}
    assert mails()[0].subject == "Report due on Oct 15, 2026: Credentials earned"
    assert mails()[-1].subject == "Report overdue: Credentials earned"
    assert "overdue for 42 days" in words_of(mails()[-1])
    facts = {"value": Decimal(50), "as_of": date(2026, 9, 30), "story": "Late."}
    reports.report_by_link(GoalLink.objects.get(), facts=facts, by=None, at=on_day(43))
    assert [run(GOAL_OVERDUE, 56), run(GOAL_DUE, 56)] == [0, 0]


def test_a_run_twice_or_late_sends_nothing_twice(goal):
    assert [run(GOAL_DUE, -5), run(GOAL_DUE, -5), run(GOAL_DUE, -4)] == [1, 0, 0]


def test_without_a_representative_its_manager_is_reminded(area, neighbor_partner, cast):
    goal = factories.make_goal(factories.make_plan(area), baseline_on=date(2026, 6, 30))
    factories.make_goal_partner(goal, neighbor_partner, role="accountable")
    run(GOAL_DUE, -7)
    [mail] = mails()
    assert mail.to == cast["neighbor"].email
    assert f"/goals/{goal.pk}/report/" in mail.text


def test_unsent_reminders_are_withdrawn_once_a_goal_is_suspended(goal, cast):
    run(GOAL_DUE, -7)
    status.set_phase(goal, phase="suspended", reason="The lab is closed.", by=cast["staff"], at=on_day(-6))
    run(GOAL_DUE, -6)
    assert mails()[0].status == Notice.Status.WITHDRAWN


def test_nobody_is_reminded_of_goals_of_drafts_or_without_a_partner(area, partner):
    opened = factories.make_goal(factories.make_plan(area, status="open"), baseline_on=date(2026, 6, 30))
    factories.make_goal_partner(opened, partner, role="accountable")
    factories.make_goal(factories.make_plan(area), baseline_on=date(2026, 6, 30))
    assert [run(GOAL_DUE, -7), run(GOAL_OVERDUE, 14)] == [0, 0]


def test_ten_goals_cost_the_queries_of_one(area, partner, goal, queries_of):
    def plan() -> Any:
        return list(GOAL_DUE.open_matters(on_day(0)))

    one = queries_of(plan)
    for _number in range(9):
        more = factories.make_goal(goal.plan, baseline_on=date(2026, 6, 30))
        factories.make_goal_partner(more, partner, role="accountable")
    assert queries_of(plan) == one
    assert len(plan()) == 10
