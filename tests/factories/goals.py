"""Rows of shared values, needs, plans, goals, raised issues and projects."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from meetings.models import (
    Affirmation,
    Goal,
    GoalChange,
    GoalConsent,
    GoalLink,
    GoalMilestone,
    GoalPartner,
    GoalTie,
    GoalUpdate,
    Need,
    NeedMet,
    PlanAction,
    PlanProposal,
    Project,
    ProjectCount,
    ProjectOutcome,
    ProjectPartner,
    RaisedEntry,
    RaisedIssue,
    SharedPlan,
    Strategy,
    ValuesStatement,
)
from onestop.accounts import signed_links
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership, State
from tests.factories.numbers import next_number


def make_values(area: LocalArea, **fields: Any) -> ValuesStatement:
    """Return a statement of values that was adopted in 2025."""
    given = {
        "vision": "Everybody finds good work.", "values": "We answer within a day.\nWe tell each other the truth.",
        "adopted_on": date(2025, 7, 1), "created_at": now(),
    }  # fmt: skip
    return ValuesStatement.objects.create(area=area, **given | fields)


def make_affirmation(statement: ValuesStatement, partnership: Partnership, **fields: Any) -> Affirmation:
    """Return an affirmation of today, for a year."""
    today = now().date()
    given = {"affirmed_on": today, "lasts_until": today + timedelta(days=365), "name": "A Manager", "at": now()}
    return Affirmation.objects.create(statement=statement, partnership=partnership, **given | fields)


def make_need(area: LocalArea, **fields: Any) -> Need:
    """Return a barrier on the resource map."""
    return Need.objects.create(area=area, **{"name": f"A ride to work {next_number()}"} | fields)


def make_need_met(need: Need, partnership: Partnership, **fields: Any) -> NeedMet:
    """Return that a partner meets a need partly, from a grant."""
    return NeedMet.objects.create(need=need, partnership=partnership, **{"source": "A grant"} | fields)


def make_plan(place: LocalArea | State, **fields: Any) -> SharedPlan:
    """Return an adopted plan of three years."""
    owner = {"area": place} if isinstance(place, LocalArea) else {"state": place}
    given = {
        "name": "Plan 2025 to 2028", "vision": "Good work for everybody.", "principles": "One door.\nNo wrong door.",
        "first_on": date(2025, 7, 1), "last_on": date(2028, 6, 30), "status": "adopted", "adopted_on": date(2025, 9, 9),
    }  # fmt: skip
    if fields.get("status") in ("draft", "open"):
        given["adopted_on"] = None
    return SharedPlan.objects.create(**owner | given | fields)


def make_plan_proposal(plan: SharedPlan, **fields: Any) -> PlanProposal:
    """Return an open proposal of a new goal."""
    given = {"kind": "goal", "text": "Child care in every center.", "name": "A Manager", "at": now()}
    return PlanProposal.objects.create(plan=plan, **given | fields)


def make_goal(plan: SharedPlan, **fields: Any) -> Goal:
    """Return a pursued goal from 40 to 70 percent, without partners."""
    number = next_number()
    given = {
        "name": f"Credentials earned {number}", "position": number % 30_000, "measure": "People who earn a credential",
        "unit": "percent", "baseline": Decimal(40), "baseline_on": date(2025, 6, 30), "target": Decimal(70),
        "due_on": date(2028, 6, 30),
    }  # fmt: skip
    return Goal.objects.create(plan=plan, **given | fields)


def make_goal_partner(goal: Goal, partnership: Partnership, **fields: Any) -> GoalPartner:
    """Return a partner that contributes to a goal."""
    return GoalPartner.objects.create(goal=goal, partnership=partnership, **fields)


def make_goal_consent(goal: Goal, partnership: Partnership, **fields: Any) -> GoalConsent:
    """Return the consent of a partner to the current version of a goal."""
    given = {"version": goal.version, "answer": "consents", "name": "A Manager", "at": now()}
    return GoalConsent.objects.create(goal=goal, partnership=partnership, **given | fields)


def make_goal_milestone(goal: Goal, **fields: Any) -> GoalMilestone:
    """Return a milestone that is not reached."""
    return GoalMilestone.objects.create(
        goal=goal, **{"name": "Evening lab opens", "due_on": date(2027, 1, 31)} | fields
    )


def make_goal_update(goal: Goal, **fields: Any) -> GoalUpdate:
    """Return a report of 45, as of the end of September 2026."""
    given = {
        "value": Decimal(45),
        "as_of": date(2026, 9, 30),
        "story": "Two classes began.",
        "name": "A Manager",
        "at": now(),
    }
    return GoalUpdate.objects.create(goal=goal, **given | fields)


def make_goal_change(goal: Goal, **fields: Any) -> GoalChange:
    """Return that a goal went to at risk by the rule."""
    given = {"phase": goal.phase, "health": "at_risk", "by_rule": True, "reason": "The forecast is short.", "at": now()}
    return GoalChange.objects.create(goal=goal, **given | fields)


def make_goal_tie(goal: Goal, thing: str, **fields: Any) -> GoalTie:
    """Return the link of a goal to a thing, "agreement:12"."""
    return GoalTie.objects.create(goal=goal, thing=thing, **fields)


def make_goal_link(goal: Goal, partnership: Partnership, user: User | None = None, **fields: Any) -> GoalLink:
    """Return a link by which somebody of a partner reports."""
    number, at = next_number(), fields.pop("asked_at", now())
    who = {"name": user.name, "email": user.email.lower(), "user": user} if user else {
        "name": f"Guest {number}", "email": f"guest{number}@partner.example",
    }  # fmt: skip
    given = {"nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=60)}
    return GoalLink.objects.create(goal=goal, partnership=partnership, **given | who | fields)


def make_strategy(goal: Goal, *partnerships: Partnership, **fields: Any) -> Strategy:
    """Return a strategy that these partners carry out."""
    number = next_number()
    strategy = Strategy.objects.create(
        goal=goal, **{"name": f"Co-enroll at intake {number}", "position": number % 30_000} | fields
    )
    for partnership in partnerships:
        strategy.partner_links.create(partnership=partnership)
    return strategy


def make_plan_action(strategy: Strategy, **fields: Any) -> PlanAction:
    """Return an open recommended action."""
    return PlanAction.objects.create(strategy=strategy, **{"text": "Write one intake form"} | fields)


def make_raised_issue(area: LocalArea, **fields: Any) -> RaisedIssue:
    """Return an issue that was raised and not sent yet."""
    given = {
        "title": "Two systems for one person", "text": "Staff type everything twice.", "raised_name": "A Manager",
        "raised_at": now(),
    }  # fmt: skip
    if fields.get("status") in ("sent", "federal", "answered"):
        given["sent_at"] = now()
    if fields.get("status") == "answered":
        given["answered_at"] = now()
    return RaisedIssue.objects.create(area=area, **given | fields)


def make_raised_entry(issue: RaisedIssue, **fields: Any) -> RaisedEntry:
    """Return a note on a raised issue."""
    return RaisedEntry.objects.create(
        issue=issue, **{"kind": "note", "text": "We ask.", "name": "Staff", "at": now()} | fields
    )


def make_project(area: LocalArea, lead: Partnership, **fields: Any) -> Project:
    """Return a running project by One-Stop staff."""
    given = {
        "name": f"Evening lab {next_number()}",
        "framework": "one_stop",
        "first_on": date(2026, 7, 1),
        "status": "running",
    }
    return Project.objects.create(area=area, lead=lead, **given | fields)


def make_project_partner(project: Project, partnership: Partnership, **fields: Any) -> ProjectPartner:
    """Return a partner that takes part by referral."""
    return ProjectPartner.objects.create(
        project=project, partnership=partnership, **{"commitment": "referral"} | fields
    )


def make_project_outcome(project: Project, **fields: Any) -> ProjectOutcome:
    """Return something that a project counts."""
    return ProjectOutcome.objects.create(
        project=project, **{"name": "People placed", "position": next_number() % 30_000} | fields
    )


def make_project_count(outcome: ProjectOutcome, **fields: Any) -> ProjectCount:
    """Return a count of today."""
    return ProjectCount.objects.create(outcome=outcome, **{"as_of": now().date(), "number": 12, "at": now()} | fields)
