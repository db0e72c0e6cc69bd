"""A plan begins with goals of the plan before: their partners, where they stand, and what is done about them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.goals import consents
from meetings.goals.copying import copy_goals
from meetings.models import Goal, SharedPlan, Strategy
from onestop.notices.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area, status="open")


def test_goals_are_copied_with_their_partners_and_begin_where_the_last_report_was(area, partner, cast):
    before = factories.make_plan(area)
    old = factories.make_goal(before, name="Credentials", baseline=Decimal(40), target=Decimal(70))
    factories.make_goal_partner(old, partner, role="accountable", part="Classes")
    factories.make_goal_consent(old, partner)
    factories.make_goal_update(old, value=Decimal(52), as_of=date(2026, 9, 30))
    reached = factories.make_goal(before, name="Reached")
    factories.make_goal_update(reached, value=Decimal(75))
    plan = factories.make_plan(area, status="draft", first_on=date(2028, 7, 1), last_on=date(2031, 6, 30))
    made = copy_goals(plan, [old, reached], by=cast["staff"], at=now())
    assert copy_goals(plan, [old], by=cast["staff"], at=now()) == []
    assert [(goal.name, goal.baseline, goal.target, goal.due_on, goal.position) for goal in made] == [
        ("Credentials", Decimal(52), Decimal(70), date(2031, 6, 30), 1),
        ("Reached", Decimal(75), None, date(2031, 6, 30), 2),
    ]
    link = made[0].partner_links.get()
    assert (link.partnership, link.role, link.part) == (partner, "accountable", "Classes")
    assert not made[0].consents.exists()


def test_strategies_go_along_if_wanted_and_begin_anew(as_, area, partner, cast):
    old = factories.make_goal(factories.make_plan(area), name="Credentials")
    done = factories.make_strategy(old, partner, name="Co-enroll", funding="AEFLA", text="At intake.", status="done")
    factories.make_plan_action(done)
    factories.make_strategy(old, name="Stopped", status="stopped")
    factories.make_strategy(old, name="Removed", archived_at=now())
    plan = factories.make_plan(area, name="Next", status="draft", first_on=date(2028, 7, 1), last_on=date(2031, 6, 30))
    [without] = copy_goals(factories.make_plan(area, status="draft"), [old], by=cast["staff"], at=now())
    assert not without.strategies.exists()
    as_("staff").post(reverse("meetings:goals_copy", args=[plan.pk]), {"copied": [old.pk], "with_strategies": "on"})
    strategy = Strategy.objects.get(goal__plan=plan)
    assert (strategy.name, strategy.funding, strategy.text) == ("Co-enroll", "AEFLA", "At intake.")
    assert (strategy.status, list(strategy.partners.all())) == ("not_started", [partner])
    assert not strategy.actions.exists()
    again = as_("staff").post(reverse("meetings:goals_copy", args=[plan.pk]), {"copied": [old.pk]}, follow=True)
    assert "has these goals already" in text_of(again)


def test_a_new_plan_begins_with_goals_and_strategies_of_the_plan_before(as_, area, partner):
    old = factories.make_goal(factories.make_plan(area), name="Credentials")
    factories.make_strategy(old, partner, name="Co-enroll")
    namesake = factories.make_goal(factories.make_plan(area, first_on=date(2020, 7, 1)), name="credentials")
    facts = {"name": "Next", "first_on": "2028-07-01", "last_on": "2031-06-30", "with_strategies": "on"}
    as_("staff").post(reverse("meetings:plan_add", args=[area.slug]), facts | {"copied": [old.pk, namesake.pk]})
    assert [goal.name for goal in Goal.objects.filter(plan__name="Next")] == ["Credentials"]
    assert Strategy.objects.filter(goal__plan__name="Next", partners=partner).count() == 1


def test_partners_of_goals_that_are_copied_to_an_open_plan_are_asked_once(area, plan, partner, cast):
    before = factories.make_plan(area)
    old = [factories.make_goal(before, name=name) for name in ("A", "B")]
    for goal in old:
        factories.make_goal_partner(goal, partner)
    copy_goals(plan, old, by=cast["staff"], at=now())
    [notice] = Notice.objects.filter(kind=consents.ASKED)
    assert notice.recipient == cast["manager"]
    assert "carries 2 goals" in notice.text
