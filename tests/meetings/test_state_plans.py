"""The plan of a state: its administrators keep it, partners of all areas propose and consent, its group adopts it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.models import Goal, GoalConsent, PlanAction, PlanProposal, SharedPlan, Strategy
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = localdate()
FACTS = {
    "name": "State plan", "first_on": "2028-07-01", "last_on": "2031-06-30", "vision": "Good work.",
    "principles": "One door.",
}  # fmt: skip
GOAL = {
    "name": "Credentials", "indicator": "other", "measure": "People who earn one", "unit": "percent", "baseline": "40",
    "baseline_on": "2025-06-30", "target": "70", "direction": "up", "due_on": "2031-06-30", "rhythm": "quarter",
    "why": "",
}  # fmt: skip


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, *args: Any) -> str:
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area.state, name="State plan", status="open")


@pytest.fixture
def goal(plan, partner) -> Goal:
    goal = factories.make_goal(plan, name="Credentials")
    factories.make_goal_partner(goal, partner, role="accountable")
    return goal


def test_an_administrator_writes_opens_and_adopts_the_plan_of_the_state(as_, area, partner, cast):
    council = factories.make_group(area.state, kind="council", name="State council")
    as_("state").post(url("state_plan_add", area.state.code), FACTS)
    plan = SharedPlan.objects.get()
    assert (plan.state, plan.area, plan.status) == (area.state, None, "draft")
    assert as_("manager").get(plan.get_absolute_url()).status_code == 404
    as_("state").post(url("goal_add", plan.pk), GOAL)
    goal = Goal.objects.get()
    as_("state").post(url("goal_partner_add", goal.pk), {"partnership": partner.pk, "role": "accountable"})
    as_("state").post(url("plan_open", plan.pk), {"proposals_until": ""})
    assert plan.name in text_of(as_("manager").get(url("state_plan_list", area.state.code)))
    assert "has not consented" in text_of(as_("state").get(url("plan_adopt", plan.pk)))
    given = {"answer": "consents", "part": "Evening classes", "version": goal.version}
    assert as_("manager").post(url("consent_give", goal.pk), given).status_code == 302
    adopted = as_("state").post(
        url("plan_adopt", plan.pk), {"group": council.pk, "adopted_on": (TODAY - timedelta(days=1)).isoformat()}
    )
    assert adopted.status_code == 302
    plan.refresh_from_db()
    assert (plan.status, plan.adopted_by) == ("adopted", council)
    page = text_of(as_("board").get(plan.get_absolute_url()))
    assert "State council" in page
    assert "Evening classes" in page


def test_a_proposal_to_the_state_goes_to_its_administrators_who_answer_it(as_, plan, partner, cast):
    as_("manager").post(url("plan_proposal_add", plan.pk), {"kind": "goal", "text": "Child care in every center."})
    proposal = PlanProposal.objects.get()
    assert (proposal.partnership, [one.recipient for one in Notice.objects.all()]) == (partner, [cast["state"]])
    answer = url("plan_proposal_answer", proposal.pk)
    assert as_("staff").get(answer).status_code == 403
    as_("state").post(answer, {"status": "taken", "answer": "It becomes goal 2."})
    proposal.refresh_from_db()
    assert proposal.status == "taken"
    assert Notice.objects.latest("pk").recipient == cast["manager"]


def test_an_administrator_keeps_strategies_and_makes_an_action_item_of_a_state_group(as_, area, goal, partner):
    council = factories.make_group(area.state, kind="council", name="State council")
    as_("state").post(url("strategy_add", goal.pk), {"name": "Co-enroll", "status": "on_track", "partners": partner.pk})
    strategy = Strategy.objects.get()
    as_("state").post(url("plan_action_add", strategy.pk), {"text": "Write one form", "partnership": partner.pk})
    action = PlanAction.objects.get()
    given = {"group": council.pk, "partnership": partner.pk, "due_on": (TODAY + timedelta(days=30)).isoformat()}
    assert as_("state").post(url("plan_action_assign", action.pk), given).status_code == 302
    action.refresh_from_db()
    assert action.action_item
    assert action.action_item.group == council


def test_an_administrator_records_an_objection_for_a_partner_of_the_state_only(as_, goal, partner, cast):
    objection = url("objection_record", goal.pk)
    as_("state").post(objection, {"partnership": partner.pk, "name": "Ann Bell", "reason": "No room."})
    assert GoalConsent.objects.get().name == "Ann Bell"
    stranger = factories.make_partnership(factories.make_area(state=factories.make_state()))
    given = {"partnership": stranger.pk, "name": "Ann Bell", "reason": "No room."}
    assert as_("state").post(objection, given).status_code == 200
    assert GoalConsent.objects.count() == 1


def test_an_administrator_is_asked_to_answer_proposals_and_to_bring_the_plan_to_a_decision(area, plan, cast):
    factories.make_plan_proposal(plan)
    SharedPlan.objects.update(proposals_until=TODAY - timedelta(days=3))
    place = TodoPlace(at=now(), state=area.state, user=cast["state"])
    whats = [item.what for item in todo_items([For.STATE], place)]
    assert "1 proposal to “State plan” waits for an answer" in whats
    assert "Bring “State plan” to a decision" in whats


def test_one_organization_in_two_areas_is_named_with_its_area(as_, area, goal, partner):
    again = factories.make_partnership(
        factories.make_area(state=area.state, name="Upland"), organization=partner.organization
    )
    factories.make_goal_partner(goal, again)
    page = text_of(as_("state").get(goal.plan.get_absolute_url()))
    name = partner.organization.name
    assert f"{name} (Upland)" in page
    assert f"{name} ({area.name}) has not consented to “Credentials”" in page
    assert f"{name} (Upland)" in text_of(as_("state").get(url("objection_record", goal.pk)))
    assert f"{name} (Upland)" in text_of(as_("state").get(url("strategy_add", goal.pk)))


def test_the_pages_cost_the_same_for_one_goal_and_for_ten(as_, area, plan, goal, partner, queries_of):
    pages = [plan.get_absolute_url(), url("state_plan_list", area.state.code), url("plan_adopt", plan.pk)]
    here = factories.make_plan(area)

    def add(number: int) -> None:
        more = factories.make_goal(plan, name=f"Goal {number}")
        factories.make_goal_partner(more, partner, role="accountable")
        factories.make_goal(here, serves=more)
        factories.make_strategy(more, partner)
        factories.make_plan_proposal(plan, goal=more, partnership=partner)
        factories.make_plan(area.state, name=f"Plan {number}")

    def count() -> list[int]:
        client = as_("state")
        for page in pages:
            client.get(page)
        return [queries_of(lambda page=page: client.get(page)) for page in pages]

    add(0)
    one = count()
    for number in range(1, 10):
        add(number)
    assert count() == one


def test_an_administrator_of_a_state_does_not_keep_the_plan_of_an_area(as_, area):
    plan = factories.make_plan(area, status="open")
    assert as_("state").get(plan.get_absolute_url()).status_code == 200
    assert as_("state").get(url("plan_edit", plan.pk)).status_code == 403
