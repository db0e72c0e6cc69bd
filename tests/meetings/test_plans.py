"""Shared plans: write, open, adopt only with consent, propose, comment, copy goals, strategies and their actions."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.goals import consents
from meetings.goals.consents import CannotConsent, ask_anew, standings_of
from meetings.models import Goal, GoalConsent, GoalPartner, PlanAction, PlanProposal, SharedPlan, Strategy
from meetings.plans import adoption, editing, proposals, strategies
from meetings.plans.locking import CannotChangePlan
from meetings.plans.proposals import CannotPropose
from onestop.comments.models import Comment
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from tests import factories
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db
Status = SharedPlan.Status
YESTERDAY = localdate() - timedelta(days=1)  # wherever the area is, it has begun


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area, status="open")


@pytest.fixture
def goal(plan, partner) -> Goal:
    goal = factories.make_goal(plan, name="Credentials")
    factories.make_goal_partner(goal, partner, role="accountable")
    return goal


@pytest.fixture
def board(area) -> Any:
    return factories.make_group(area, kind="board", name="Board")


def adopt(plan: SharedPlan, group: Any, by: Any, **more: Any) -> SharedPlan:
    adopted: SharedPlan = adoption.adopt_plan(plan, group=group, adopted_on=YESTERDAY, by=by, at=now(), **more)
    return adopted


def consent(goal: Goal, partnership: Any, by: Any, **more: Any) -> GoalConsent:
    given: dict[str, Any] = {"answer": "consents", "version": goal.version} | more
    made: GoalConsent = consents.answer_goal(goal, partnership=partnership, by=by, at=now(), **given)
    return made


# ---------------------------------------------------------------- Write and open
def test_a_draft_is_opened_and_who_carries_a_goal_is_asked_once(area, partner, cast):
    facts = {"name": "Plan", "first_on": date(2028, 7, 1), "last_on": date(2031, 6, 30)}
    plan = editing.add_plan(area, facts=facts, by=cast["staff"], at=now())
    assert plan.status == Status.DRAFT
    for name in ("A", "B"):
        factories.make_goal_partner(factories.make_goal(plan, name=name), partner)
    editing.open_plan(plan, proposals_until=localdate() + timedelta(days=30), by=cast["staff"], at=now())
    editing.open_plan(plan, proposals_until=None, by=cast["staff"], at=now())
    [notice] = Notice.objects.filter(kind=consents.ASKED)
    assert notice.recipient == cast["manager"]
    assert "carries 2 goals" in notice.text


def test_a_plan_ends_after_it_begins_and_a_past_day_is_no_deadline(area, plan, cast):
    facts = {"name": "Plan", "first_on": date(2028, 7, 1), "last_on": date(2028, 7, 1)}
    with pytest.raises(CannotChangePlan, match="after the first day"):
        editing.add_plan(area, facts=facts, by=cast["staff"], at=now())
    with pytest.raises(CannotChangePlan, match="has passed"):
        editing.open_plan(plan, proposals_until=localdate() - timedelta(days=3), by=cast["staff"], at=now())


def test_partners_see_no_draft_and_an_adopted_plan_is_not_edited(as_, area, plan, goal, partner, board, cast):
    editing.close_plan(plan, by=cast["staff"], at=now())
    assert as_("manager").get(plan.get_absolute_url()).status_code == 404
    assert as_("staff").get(plan.get_absolute_url()).status_code == 200
    editing.open_plan(plan, proposals_until=None, by=cast["staff"], at=now())
    consent(goal, partner, cast["manager"])
    adopt(plan, board, cast["staff"])
    with pytest.raises(CannotChangePlan, match="stays as it was decided"):
        editing.update_plan(plan, facts={"name": "Other"}, by=cast["staff"], at=now())
    with pytest.raises(CannotChangePlan, match="End it first"):
        editing.archive_plan(plan, by=cast["staff"], at=now())
    editing.end_plan(plan, by=cast["staff"], at=now())
    assert editing.resume_plan(plan, by=cast["staff"], at=now()).status == Status.ADOPTED


# ---------------------------------------------------------------- Consent and adoption
def test_a_plan_is_adopted_only_when_each_accountable_partner_consents_to_the_goal_as_it_is(
    plan, goal, partner, board, cast
):
    with pytest.raises(CannotChangePlan, match=f"{partner.organization.name} has not consented to “Credentials”"):
        adopt(plan, board, cast["staff"])
    consent(goal, partner, cast["manager"], part="Evening classes", measure="20 a quarter")
    link = GoalPartner.objects.get(goal=goal)
    assert (link.part, link.measure, link.role) == ("Evening classes", "20 a quarter", "accountable")
    Goal.objects.filter(pk=goal.pk).update(version=2)
    with pytest.raises(CannotChangePlan, match="has not consented"):
        adopt(plan, board, cast["staff"])
    goal.refresh_from_db()
    consent(goal, partner, cast["manager"])
    adopted = adopt(plan, board, cast["staff"])
    assert (adopted.status, adopted.adopted_by, adopted.adopted_on) == (Status.ADOPTED, board, YESTERDAY)


def test_a_plan_without_goals_or_with_a_goal_of_nobody_is_not_adopted(plan, board, cast):
    with pytest.raises(CannotChangePlan, match="no goals yet"):
        adopt(plan, board, cast["staff"])
    factories.make_goal(plan, name="Nobody's")
    with pytest.raises(CannotChangePlan, match="no accountable partner"):
        adopt(plan, board, cast["staff"])


def test_an_objection_stays_and_the_group_adopts_only_if_it_says_that_it_knows(plan, goal, partner, board, cast):
    with pytest.raises(CannotConsent, match="Say why"):
        consent(goal, partner, cast["manager"], answer="objects")
    consent(goal, partner, cast["manager"], answer="objects", reason="We have no room.")
    with pytest.raises(CannotChangePlan, match="objects"):
        adopt(plan, board, cast["staff"])
    assert adopt(plan, board, cast["staff"], despite_objections=True).status == Status.ADOPTED
    [standing] = standings_of([goal])[goal.pk]
    assert standing.objects
    assert standing.consent
    assert standing.consent.reason == "We have no room."


def test_nobody_answers_what_has_changed_since_it_was_read_or_for_a_partner_elsewhere(goal, partner, other_area, cast):
    with pytest.raises(CannotConsent, match="changed meanwhile"):
        consent(goal, partner, cast["manager"], version=7)
    stranger = factories.make_partnership(other_area)
    with pytest.raises(CannotConsent, match="not a partner here"):
        consent(goal, stranger, cast["manager"])


def test_a_changed_goal_asks_for_consent_anew_by_notice_and_to_do(as_, area, plan, goal, partner, cast):
    consent(goal, partner, cast["manager"])
    place = TodoPlace(at=now(), area=area, user=cast["manager"])
    assert not [item for item in todo_items([For.MANAGER], place) if "Consent to" in item.what]
    Goal.objects.filter(pk=goal.pk).update(version=2)
    goal.refresh_from_db()
    ask_anew(goal, by=cast["staff"], at=now())
    ask_anew(goal, by=cast["staff"], at=now())
    [notice] = Notice.objects.filter(kind=consents.ASKED)
    assert notice.recipient == cast["manager"]
    assert "has changed" in notice.text
    place = TodoPlace(at=now(), area=area, user=cast["manager"])
    [item] = [item for item in todo_items([For.MANAGER], place) if "Consent to" in item.what]
    assert "has changed since" in item.why
    page = text_of(as_("manager").get(item.url))
    assert "consented to an earlier version" in page


def test_a_manager_consents_on_the_page_and_a_new_partner_with_a_part_contributes(as_, goal, neighbor_partner, cast):
    url = reverse("meetings:consent_give", args=[goal.pk])
    given = {"answer": "consents", "part": "One room", "version": str(goal.version)}
    assert as_("neighbor").post(url, given).status_code == 302
    link = GoalPartner.objects.get(goal=goal, partnership=neighbor_partner)
    assert (link.role, link.part) == ("contributor", "One room")
    refused = as_("neighbor").post(url, {"answer": "objects", "version": str(goal.version)})
    assert "Say why your organization objects" in text_of(refused)


def test_staff_record_an_objection_with_who_said_it(as_, goal, partner):
    url = reverse("meetings:objection_record", args=[goal.pk])
    as_("staff").post(url, {"partnership": partner.pk, "name": "Ann Bell", "reason": "No room."})
    given = GoalConsent.objects.get()
    assert (given.answer, given.name, given.reason, given.partnership) == ("objects", "Ann Bell", "No room.", partner)


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_not_adopted_while_somebody_changes_it(plan, goal, partner, board, cast):
    consent(goal, partner, cast["manager"])
    assert second_waits_for(
        lambda: editing.close_plan(plan, by=cast["staff"], at=now()), lambda: adopt(plan, board, cast["staff"])
    )


def test_the_page_says_who_is_missing_and_records_a_decision(as_, plan, goal, partner, board, cast):
    url = reverse("meetings:plan_adopt", args=[plan.pk])
    assert "has not consented to “Credentials”" in text_of(as_("staff").get(url))
    consent(goal, partner, cast["manager"])
    response = as_("staff").post(url, {"group": board.pk, "adopted_on": YESTERDAY.isoformat()})
    assert response.status_code == 302
    again = as_("staff").post(url, {"group": board.pk, "adopted_on": YESTERDAY.isoformat()}, follow=True)
    assert "adopted already" in text_of(again)
    page = text_of(as_("manager").get(plan.get_absolute_url()))
    assert "Adopted" in page
    assert "Board" in page


# ---------------------------------------------------------------- Proposals and comments
def test_a_proposal_is_told_to_staff_answered_and_told_to_who_proposed(as_, plan, goal, partner, cast):
    url = reverse("meetings:plan_proposal_add", args=[plan.pk])
    assert f'value="{goal.pk}" selected' in text_of(as_("manager").get(f"{url}?goal={goal.pk}"))
    as_("manager").post(url, {"kind": "change", "goal": goal.pk, "text": "Eighteen months.", "reason": "Too short."})
    proposal = PlanProposal.objects.get()
    assert (proposal.partnership, proposal.by, proposal.goal) == (partner, cast["manager"], goal)
    assert Notice.objects.get(kind=proposals.PROPOSED).recipient == cast["staff"]
    answer = reverse("meetings:plan_proposal_answer", args=[proposal.pk])
    assert "Say why" in text_of(as_("staff").post(answer, {"status": "declined"}))
    as_("staff").post(answer, {"status": "declined", "answer": "The board wants twelve."})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answered_by) == ("declined", cast["staff"])
    notice = Notice.objects.get(kind=proposals.ANSWERED)
    assert notice.recipient == cast["manager"]
    assert "The board wants twelve." in notice.text
    with pytest.raises(CannotPropose, match="already"):
        proposals.withdraw_proposal(proposal, by=cast["manager"], at=now())
    assert "The board wants twelve." in text_of(as_("manager").get(plan.get_absolute_url()))


def test_proposals_close_with_their_last_day_and_the_vision_with_the_adoption(plan, goal, partner, cast):
    facts = {"kind": "plan", "goal": None, "text": "Another vision", "reason": ""}
    SharedPlan.objects.filter(pk=plan.pk).update(proposals_until=localdate() - timedelta(days=3))
    with pytest.raises(CannotPropose, match="over"):
        proposals.add_proposal(plan, facts=facts, partnership=partner, by=cast["manager"], at=now())
    SharedPlan.objects.filter(pk=plan.pk).update(status="adopted", adopted_on=localdate(), proposals_until=None)
    with pytest.raises(CannotPropose, match="next plan"):
        proposals.add_proposal(plan, facts=facts, partnership=partner, by=cast["manager"], at=now())
    with pytest.raises(CannotPropose, match="Choose the goal"):
        proposals.add_proposal(
            plan, facts=facts | {"kind": "change"}, partnership=partner, by=cast["manager"], at=now()
        )
    change = facts | {"kind": "change", "goal": goal}
    proposal = proposals.add_proposal(plan, facts=change, partnership=partner, by=cast["manager"], at=now())
    assert proposals.withdraw_proposal(proposal, by=cast["manager"], at=now()).status == "withdrawn"


@pytest.mark.parametrize("code", ["plan", "goal"])
def test_partners_comment_on_a_plan_and_a_goal(as_, plan, goal, code):
    pk = plan.pk if code == "plan" else goal.pk
    response = as_("manager").post(reverse("comments:add", args=[code, pk]), {"text": "Well said."})
    assert (response.status_code, Comment.objects.count()) == (302, 1)
    assert as_("nobody").post(reverse("comments:add", args=[code, pk]), {"text": "Hm."}).status_code == 404


def test_staff_are_asked_to_answer_proposals_and_to_bring_a_plan_to_a_decision(area, plan, cast):
    factories.make_plan_proposal(plan)
    SharedPlan.objects.filter(pk=plan.pk).update(proposals_until=localdate() - timedelta(days=3))
    whats = [item.what for item in todo_items([For.STAFF], TodoPlace(at=now(), area=area, user=cast["staff"]))]
    assert f"1 proposal to “{plan.name}” waits for an answer" in whats
    assert f"Bring “{plan.name}” to a decision" in whats


# ---------------------------------------------------------------- Strategies and actions
def test_a_strategy_names_who_does_it_and_from_which_money(as_, goal, partner, neighbor_partner):
    given = {"name": "Co-enroll", "status": "on_track", "funding": "Title I, AEFLA", "partners": [partner.pk]}
    as_("staff").post(reverse("meetings:strategy_add", args=[goal.pk]), given)
    strategy = Strategy.objects.get()
    assert list(strategy.partners.all()) == [partner]
    edit = reverse("meetings:strategy_edit", args=[strategy.pk])
    as_("staff").post(edit, given | {"partners": [neighbor_partner.pk], "status": "at_risk"})
    strategy.refresh_from_db()
    assert (list(strategy.partners.all()), strategy.status) == ([neighbor_partner], "at_risk")
    page = text_of(as_("manager").get(goal.plan.get_absolute_url()))
    assert "Co-enroll" in page
    assert "Title I, AEFLA" in page


def test_an_action_becomes_an_action_item_of_a_group_once(as_, area, goal, partner, board, cast):
    strategy = factories.make_strategy(goal)
    action = factories.make_plan_action(strategy, text="Write one form")
    url = reverse("meetings:plan_action_assign", args=[action.pk])
    due = (localdate() + timedelta(days=20)).isoformat()
    as_("staff").post(url, {"group": board.pk, "partnership": partner.pk, "due_on": due})
    action.refresh_from_db()
    assert action.action_item
    assert action.action_item.text == "Write one form"
    assert action.action_item.serves == f"goal:{goal.pk}"
    with pytest.raises(CannotChangePlan, match="already"):
        strategies.assign_plan_action(
            action, group=board, partnership=partner, due_on=localdate(), by=cast["staff"], at=now()
        )


def test_an_action_is_dropped_with_a_reason_and_nothing_is_added_to_an_ended_plan(goal, cast):
    strategy = factories.make_strategy(goal)
    action = factories.make_plan_action(strategy)
    with pytest.raises(CannotChangePlan, match="Say why"):
        strategies.update_plan_action(action, facts={"status": "dropped"}, by=cast["staff"], at=now())
    SharedPlan.objects.filter(pk=goal.plan_id).update(status="ended", adopted_on=localdate())
    with pytest.raises(CannotChangePlan, match="has ended"):
        strategies.add_plan_action(strategy, facts={"text": "More"}, by=cast["staff"], at=now())
    assert PlanAction.objects.count() == 1


# ---------------------------------------------------------------- The state
def test_a_goal_of_the_state_shows_the_area_goals_that_serve_it(as_, area, partner):
    state_plan = factories.make_plan(area.state, name="State plan")
    of_state = factories.make_goal(state_plan, name="Credentials in the state")
    own = factories.make_goal(factories.make_plan(area), name="Credentials here", serves=of_state, health="at_risk")
    page = text_of(as_("manager").get(state_plan.get_absolute_url()))
    assert own.name in page
    assert area.name in page
    assert "1 <span" in page
    assert as_("nobody").get(state_plan.get_absolute_url()).status_code == 404
    assert state_plan.name in text_of(as_("board").get(reverse("meetings:state_plan_list", args=[area.state.code])))


def test_a_page_costs_the_same_for_one_goal_and_for_ten(as_, area, plan, goal, partner, neighbor_partner, cast):
    def queries() -> int:
        client = as_("staff")
        client.get(plan.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            assert client.get(plan.get_absolute_url()).status_code == 200
        return len(found)

    factories.make_goal_partner(goal, neighbor_partner)
    factories.make_plan_action(factories.make_strategy(goal, partner), partnership=partner)
    factories.make_goal_consent(goal, partner)
    factories.make_plan_proposal(plan, goal=goal, partnership=partner)
    before = queries()
    for number in range(9):
        more = factories.make_goal(plan, name=f"Goal {number}")
        factories.make_goal_partner(more, partner, role="accountable")
        factories.make_goal_consent(more, neighbor_partner, answer="objects", reason="No.")
        factories.make_goal_update(more)
        need = factories.make_need(area)
        factories.make_plan_action(factories.make_strategy(more, partner), partnership=partner, need=need)
        factories.make_plan_proposal(plan, goal=more, partnership=partner)
    assert queries() == before


def test_plans_are_listed_and_exported_at_the_same_cost_for_one_and_for_ten(as_, area, plan, goal, queries_of):
    url, client = reverse("meetings:plan_list", args=[area.slug]), as_("manager")
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for number in range(9):
        factories.make_plan_proposal(factories.make_plan(area, name=f"Plan {number}"))
    assert queries_of(lambda: client.get(url)) == one
    assert plan.name in text_of(as_("manager").get(url))
    assert plan.name in text_of(as_("manager").get(f"{url}?q=Credentials&status=open"))
    assert plan.name in as_("manager").get(f"{url}?export=csv").getvalue().decode("utf-8-sig")
