"""Set the status of a goal against the rules, go back to the rules, and suspend, reach, drop or resume a goal."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.goals.judging import judge
from meetings.goals.locking import CannotChangeGoal, demand_moving, lock_goal
from meetings.models import Goal, SharedPlan
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Health, Phase = Goal.Health, Goal.Phase
SET_BY_HAND = (Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK)


@recorded
def set_health(goal: Goal, *, health: str, reason: str, by: User | None, at: datetime) -> Goal:
    """Set the status of a goal against the rules, with a reason that everybody reads; it stays until taken back.

    :raises CannotChangeGoal: if there is no reason, or the goal is not pursued.
    """
    goal = lock_goal(goal)
    _demand_pursued(goal)
    reason = _demand_reason(reason)
    if health not in SET_BY_HAND:
        raise CannotChangeGoal(_("Choose a status."), field="health")
    if (goal.health, goal.health_by_rule, goal.health_reason) == (health, False, reason):
        return goal  # sent twice
    goal.health, goal.health_by_rule, goal.health_reason = Health(health), False, reason
    goal.save(update_fields=["health", "health_by_rule", "health_reason"])
    goal.changes.create(phase=goal.phase, health=goal.health, by_rule=False, reason=reason, by=by, at=at)
    return goal


@recorded
def follow_rule(goal: Goal, *, by: User | None, at: datetime) -> Goal:
    """Let the rules say again how a goal stands.

    :raises CannotChangeGoal: if the goal is not pursued.
    """
    goal = lock_goal(goal)
    _demand_pursued(goal)
    if goal.health_by_rule:
        return goal
    before = goal.health
    goal.health_by_rule, goal.health_reason = True, ""
    goal.save(update_fields=["health_by_rule", "health_reason"])
    judge(goal, by=by, at=at)
    if goal.health == before:
        reason = _("The status follows the rules again.")
        goal.changes.create(phase=goal.phase, health=goal.health, by_rule=True, reason=reason, by=by, at=at)
    return goal


@recorded
def set_phase(goal: Goal, *, phase: str, reason: str, by: User | None, at: datetime) -> Goal:
    """Suspend, reach or drop a goal of an adopted plan, or pursue it again; with the reason.

    :raises CannotChangeGoal: if there is no reason, or the plan is not adopted.
    """
    goal = lock_goal(goal)
    demand_moving(goal)
    if goal.plan.status != SharedPlan.Status.ADOPTED:
        raise CannotChangeGoal(_("The plan is not adopted yet. Edit the goal, or archive it."))
    reason = _demand_reason(reason)
    if goal.phase == phase:
        return goal
    goal.phase = Phase(phase)
    goal.save(update_fields=["phase"])
    goal.changes.create(phase=goal.phase, health=goal.health, by_rule=False, reason=reason, by=by, at=at)
    if goal.phase == Phase.PURSUED:
        judge(goal, by=by, at=at)
    return goal


def _demand_pursued(goal: Goal) -> None:
    demand_moving(goal)
    if goal.plan.status != SharedPlan.Status.ADOPTED or goal.phase != Phase.PURSUED:
        raise CannotChangeGoal(_("Only a goal that partners pursue has a status."))


def _demand_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise CannotChangeGoal(_("Enter the reason. Everybody who sees the goal reads it."), field="reason")
    return reason
