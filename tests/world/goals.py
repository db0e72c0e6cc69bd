"""Shared values, a resource map, a plan with a goal in each stage, a raised issue and a project of the partner."""

from datetime import date
from typing import Any

from partners.models import BoardTerm
from tests import factories

AFTER = ("partners", "meetings", "agreements")
FOR_ALL = {"goal_token"}


def build(world: Any) -> None:
    """Add them; the partner is accountable for the first goal, and has not consented to it yet."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    other = factories.make_partnership(area, name="Evening School")
    statement = factories.make_values(area)
    factories.make_affirmation(statement, other, text="We keep our word.")
    factories.make_values(area, adopted_on=None, vision="Everybody finds good work within ten miles.")
    need = factories.make_need(area, name="Child care in the evening", kind="barrier", note="Forty parents asked.")
    met = factories.make_need_met(need, partner, note="Two evenings only.")
    factories.make_need(area, name="A ride to the second shift")
    plan = factories.make_plan(area)
    opened = factories.make_plan(
        area, name="Plan 2028 to 2031", status="open", first_on=date(2028, 7, 1), last_on=date(2031, 6, 30)
    )
    draft = factories.make_plan(
        area, name="A plan to be written", status="draft", first_on=date(2031, 7, 1), last_on=date(2034, 6, 30)
    )
    state_plan = factories.make_plan(area.state, name="State plan")
    of_state = factories.make_goal(state_plan, name="Credentials in the whole state")
    goal = factories.make_goal(
        plan, name="Credentials through two partners", why="Two doors lead to one job.", serves=of_state
    )
    link = factories.make_goal_partner(
        goal, partner, role="accountable", part="Evening classes", measure="20 a quarter"
    )
    factories.make_goal_partner(goal, other)
    proposed = factories.make_goal(opened, name="Child care in every center")
    factories.make_goal_partner(proposed, partner, role="accountable")
    factories.make_goal_consent(proposed, other, part="We open one room.")
    milestone = factories.make_goal_milestone(goal, note="The lab is rented.")
    update = factories.make_goal_update(goal, partnership=partner, by=manager)
    factories.make_goal_change(goal)
    tie = factories.make_goal_tie(goal, f"agreement:{world.agreement}", note="Clause 2")
    asked = factories.make_goal_link(goal, partner, manager)
    strategy = factories.make_strategy(
        goal, partner, name="Co-enroll at intake", text="At the first visit.", funding="Title I, AEFLA"
    )
    action = factories.make_plan_action(strategy, need=need, partnership=partner)
    proposal = factories.make_plan_proposal(
        opened, goal=proposed, kind="change", reason="Twelve months are short.", partnership=partner, by=manager
    )
    open_state_plan = factories.make_plan(
        area.state, name="State plan from 2028", status="open", first_on=date(2028, 7, 1), last_on=date(2031, 6, 30)
    )
    draft_state_plan = factories.make_plan(area.state, name="A state plan to be written", status="draft")
    state_goal = factories.make_goal(open_state_plan, name="One referral form in the state")
    factories.make_goal_partner(state_goal, partner, role="accountable")
    state_strategy = factories.make_strategy(state_goal, partner, name="Agree on the form with all areas")
    state_action = factories.make_plan_action(state_strategy, text="Ask each area for its form", partnership=partner)
    state_proposal = factories.make_plan_proposal(
        open_state_plan, text="One form for referrals.", partnership=partner, by=manager
    )
    issue = factories.make_raised_issue(area, goal=goal, partnership=partner, raised_by=manager, status="sent")
    factories.make_raised_entry(issue, kind="sent", text="Sent with two examples.")
    unsent = factories.make_raised_issue(area, title="A form in one language", partnership=partner, raised_by=manager)
    closed = factories.make_raised_issue(area, title="Parking at the center", status="closed")
    project = factories.make_project(area, partner, name="Evening lab", purpose="Classes after work.", goal=goal)
    member = factories.make_project_partner(project, other, part="Lends the room.")
    outcome = factories.make_project_outcome(project)
    count = factories.make_project_count(outcome, note="Two more wait.")
    factories.make_goal(
        plan, name="Referrals answered within a day", sponsor=BoardTerm.objects.get(pk=world.board_term)
    )
    vars(world).update(
        values_statement=statement.pk,
        need=need.pk,
        need_met=met.pk,
        plan=plan.pk,
        open_plan=opened.pk,
        draft_plan=draft.pk,
        state_plan=state_plan.pk,
        open_state_plan=open_state_plan.pk,
        draft_state_plan=draft_state_plan.pk,
        state_goal=state_goal.pk,
        state_strategy=state_strategy.pk,
        state_action=state_action.pk,
        state_proposal=state_proposal.pk,
        goal=goal.pk,
        proposed_goal=proposed.pk,
        goal_partner=link.pk,
        goal_milestone=milestone.pk,
        goal_update=update.pk,
        goal_token=asked.token,
        goal_link=asked.pk,
        goal_tie=tie.pk,
        strategy=strategy.pk,
        plan_action=action.pk,
        plan_proposal=proposal.pk,
        raised_issue=issue.pk,
        unsent_issue=unsent.pk,
        closed_issue=closed.pk,
        project=project.pk,
        project_partner=member.pk,
        project_outcome=outcome.pk,
        project_count=count.pk,
    )
