"""The plan of the sample: six goals in different health, with two years of reports, consents and raised issues."""

from datetime import date

import pytest

from meetings.goals.consents import standings_of
from meetings.goals.health import verdict_of
from meetings.goals.judging import measured_by_goal
from meetings.models import Affirmation, Goal, GoalUpdate, NeedMet, RaisedIssue, SharedPlan, Strategy
from tests.thorough import also

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DAYS = (date(2027, 1, 1), date(2028, 2, 29), date(2027, 7, 31))


def goals_of_sample() -> list[Goal]:
    return list(Goal.objects.filter(plan__area__slug="riverbend").order_by("position"))


@pytest.mark.parametrize("sample_day", [TODAY], indirect=True)
def test_its_goals_stand_as_the_rules_say(sample_of_day):
    goals = goals_of_sample()
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


@pytest.mark.parametrize("sample_day", [TODAY], indirect=True)
def test_one_goal_needs_consent_anew_and_one_partner_objects(sample_of_day):
    goals = goals_of_sample()
    standings = standings_of(goals)
    words = {each.partnership.organization.name: str(each.chip[1]) for each in standings[goals[4].pk]}
    assert words["Lockhouse Job Corps"] == "Consent needed anew"
    assert words["Riverbend Career Services"] == "Consents"
    assert [each.partnership.organization.name for each in standings[goals[3].pk] if each.objects] == [
        "State Employment Service"
    ]
    assert all(each.consents for goal in goals for each in standings[goal.pk] if each.is_accountable)


@pytest.mark.parametrize("sample_day", [TODAY, *map(also, DAYS)], indirect=True)
def test_nothing_of_it_is_dated_after_today_on_any_day(sample_of_day):
    day, goals = sample_of_day, goals_of_sample()
    assert {goal.health for goal in goals} >= {"on_track"}
    assert not GoalUpdate.objects.filter(at__date__gt=day).exists()
    assert not Affirmation.objects.filter(affirmed_on__gt=day).exists()
    assert set(RaisedIssue.objects.values_list("status", flat=True)) == {"open", "sent", "answered", "federal"}
    assert NeedMet.objects.count() > 10
