"""The plan of the sample: six goals in different health, with two years of reports, consents and raised issues."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agreements import sample as agreements_sample
from meetings import sample
from meetings.goals.consents import standings_of
from meetings.goals.health import verdict_of
from meetings.goals.judging import measured_by_goal
from meetings.models import Affirmation, Goal, GoalUpdate, NeedMet, RaisedIssue, SharedPlan, Strategy
from partners import sample as partners_sample
from tests.thorough import also

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DAYS = (date(2027, 1, 1), date(2028, 2, 29), date(2027, 7, 31))


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def load(day: date) -> list[Goal]:
    partners_sample.load(today=day)
    agreements_sample.load(today=day)
    sample.load(today=day)
    return list(Goal.objects.filter(plan__area__slug="riverbend").order_by("position"))


def test_its_goals_stand_as_the_rules_say():
    goals = load(TODAY)
    assert [goal.health for goal in goals] == [
        "on_track", "on_track", "off_track", "on_track", "at_risk", "on_track"
    ]  # fmt: skip
    known = measured_by_goal(goals)
    assert [verdict_of(known[goal.pk], TODAY).health for goal in goals] == [goal.health for goal in goals]
    assert [goal.sponsor.name if goal.sponsor else "" for goal in goals] == [
        "Priya Raman", "Ansel Whitfield", "", "June Castellane", "", "Priya Raman",
    ]  # fmt: skip
    assert GoalUpdate.objects.filter(goal__in=goals).count() == 42
    plan = SharedPlan.objects.get(area__slug="riverbend")
    assert (plan.name, plan.first_on, plan.last_on) == ("Plan 2025 to 2028", date(2025, 7, 1), date(2028, 6, 30))
    assert plan.decision
    assert plan.adopted_on == plan.decision.meeting.original_on
    assert goals[2].serves
    assert plan.area
    assert goals[2].serves.plan.state == plan.area.state
    assert goals[2].ties.get().note == "Clause 2"
    assert Strategy.objects.filter(goal=goals[2]).count() == 3


def test_one_goal_needs_consent_anew_and_one_partner_objects():
    goals = load(TODAY)
    standings = standings_of(goals)
    words = {each.partnership.organization.name: str(each.chip[1]) for each in standings[goals[4].pk]}
    assert words["Lockhouse Job Corps"] == "Consent needed anew"
    assert words["Riverbend Career Services"] == "Consents"
    assert [each.partnership.organization.name for each in standings[goals[3].pk] if each.objects] == [
        "State Employment Service"
    ]
    assert all(each.consents for goal in goals for each in standings[goal.pk] if each.is_accountable)


@pytest.mark.parametrize("day", [TODAY, *map(also, DAYS)])
def test_nothing_of_it_is_dated_after_today_on_any_day(day):
    goals = load(day)
    assert {goal.health for goal in goals} >= {"on_track"}
    assert not GoalUpdate.objects.filter(at__date__gt=day).exists()
    assert not Affirmation.objects.filter(affirmed_on__gt=day).exists()
    assert set(RaisedIssue.objects.values_list("status", flat=True)) == {"open", "sent", "answered", "federal"}
    assert NeedMet.objects.count() > 10
