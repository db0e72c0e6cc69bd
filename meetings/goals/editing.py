"""Add, edit, archive and restore goals; their milestones, and what they are linked to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from meetings.goals import consents
from meetings.goals.judging import judge, limits_of
from meetings.goals.locking import CannotChangeGoal, demand_moving, demand_open_plan, lock_goal
from meetings.models import Goal, GoalMilestone, GoalTie, SharedPlan
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = (
    "name", "why", "indicator", "measure", "unit", "baseline", "baseline_on", "target", "direction", "due_on",
    "rhythm", "serves",
)  # fmt: skip
MILESTONE_FACTS = ("name", "due_on", "done_on", "note")


# ---------------------------------------------------------------- Goals
@recorded
def add_goal(plan: SharedPlan, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Goal:
    """Add a goal to a plan, after the others.

    :raises CannotChangeGoal: if the plan has ended or is archived, or the facts contradict each other.
    """
    # Lock: of two goals added at once, each has a number of its own; and the plan does not end meanwhile.
    rows = SharedPlan.objects.select_for_update(of=("self",), no_key=True).select_related("area__state", "state")
    plan = rows.get(pk=plan.pk)
    demand_open_plan(plan)
    goal = Goal(plan=plan, **{name: facts[name] for name in FACTS if name in facts})
    _check(goal)
    goal.position = (plan.goals.aggregate(last=Max("position"))["last"] or 0) + 1
    goal.save()
    return goal


@recorded
def update_goal(
    goal: Goal, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> tuple[Goal, bool]:
    """Edit a goal; return it, and whether partners must consent anew because what they consent to has changed.

    Nobody has seen a goal of a draft, so its version stays, unless partners answered it while the plan was open.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeGoal: if the plan has ended, it is archived, or the facts contradict each other.
    """
    goal = lock_goal(goal)
    demand_version(goal, (), version)
    demand_moving(goal)
    changed = apply_facts(goal, {name: facts[name] for name in FACTS if name in facts})
    if not changed:
        return goal, False
    _check(goal)
    was_seen = goal.plan.status != SharedPlan.Status.DRAFT or goal.consents.exists()
    is_formal = was_seen and bool(set(changed) & set(Goal.FORMAL))
    if is_formal:
        goal.version += 1
    goal.save()
    if goal.phase == Goal.Phase.PURSUED:
        judge(goal, by=by, at=at)
    if is_formal:
        consents.ask_anew(goal, by=by, at=at)
    return goal, is_formal


def _check(goal: Goal) -> None:
    if goal.baseline is not None and goal.baseline_on is None:
        raise CannotChangeGoal(_("Enter as of which day the baseline was."), field="baseline_on")
    least = limits_of(goal).least
    for name in ("baseline", "target"):
        if least is not None and (getattr(goal, name) or least) < least:
            raise CannotChangeGoal(_("Enter %(least)s or more.") % {"least": least}, field=name)
    if goal.baseline is not None and goal.baseline == goal.target:
        raise CannotChangeGoal(_("The target is the baseline. Enter where it should be."), field="target")
    if goal.baseline is not None and goal.target is not None:
        is_up = goal.target > goal.baseline
        if is_up != (goal.direction == Goal.Direction.UP):
            words = _("The target is below the baseline, although more is better.")
            other = _("The target is above the baseline, although less is better.")
            raise CannotChangeGoal(other if is_up else words, field="direction")
    if goal.baseline_on is not None and goal.due_on <= goal.baseline_on:
        raise CannotChangeGoal(_("It is due before the day of its baseline. Enter a later day."), field="due_on")
    if goal.serves is not None and (goal.plan.area is None or goal.serves.plan.state_id != goal.plan.area.state_id):
        raise CannotChangeGoal(_("Choose a goal of the state in which the area is."), field="serves")


@recorded
def archive_goal(goal: Goal, *, by: User | None, at: datetime) -> None:
    """Archive a goal that was added by mistake; one that partners gave up is dropped instead.

    :raises CannotChangeGoal: if something was reported on it, or its plan has ended.
    """
    goal = lock_goal(goal)
    if goal.is_archived:
        return
    demand_moving(goal)
    if goal.updates.exists():
        raise CannotChangeGoal(_("There are reports on this goal. Drop it, with the reason, and it stays to be read."))
    goal.archived_at = at
    goal.save(update_fields=["archived_at"])


@recorded
def restore_goal(goal: Goal, *, by: User | None, at: datetime) -> None:
    """Restore an archived goal.

    :raises CannotChangeGoal: if its plan has ended or is archived.
    """
    goal = lock_goal(goal)
    demand_open_plan(goal.plan)
    if goal.is_archived:
        goal.archived_at = None
        goal.save(update_fields=["archived_at"])


# ---------------------------------------------------------------- Milestones
@recorded
def add_milestone(goal: Goal, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> GoalMilestone:
    """Add a milestone.

    :raises CannotChangeGoal: if the goal cannot change.
    """
    goal = lock_goal(goal)
    demand_moving(goal)
    return goal.milestones.create(**{name: facts[name] for name in MILESTONE_FACTS if name in facts})


@recorded
def update_milestone(
    milestone: GoalMilestone, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> GoalMilestone:
    """Edit a milestone, or say when it was done.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeGoal: if the goal cannot change, or the milestone is removed.
    """
    demand_moving(lock_goal(milestone.goal))
    milestone = GoalMilestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
    demand_version(milestone, (), version)
    if milestone.is_archived:
        raise CannotChangeGoal(_("This milestone was removed. Restore it first."))
    if changed := apply_facts(milestone, {name: facts[name] for name in MILESTONE_FACTS if name in facts}):
        milestone.save(update_fields=changed)
    return milestone


@recorded
def remove_milestone(milestone: GoalMilestone, *, by: User | None, at: datetime) -> None:
    """Remove a milestone."""
    demand_moving(lock_goal(milestone.goal))
    GoalMilestone.objects.filter(pk=milestone.pk, archived_at=None).update(archived_at=at)


@recorded
def restore_milestone(milestone: GoalMilestone, *, by: User | None, at: datetime) -> None:
    """Restore a milestone that was removed."""
    demand_moving(lock_goal(milestone.goal))
    GoalMilestone.objects.filter(pk=milestone.pk).exclude(archived_at=None).update(archived_at=None)


# ---------------------------------------------------------------- What it is linked to
@recorded
def add_tie(goal: Goal, *, thing: str, note: str = "", by: User | None, at: datetime) -> GoalTie:
    """Link a goal to what promises it; if it is linked already, only the note changes.

    :raises CannotChangeGoal: if the goal cannot change.
    """
    goal = lock_goal(goal)
    demand_moving(goal)
    tie, _made = goal.ties.update_or_create(thing=thing, defaults={"note": note})
    return tie


@recorded
def remove_tie(tie: GoalTie, *, by: User | None, at: datetime) -> None:
    """Remove a link.

    :raises CannotChangeGoal: if the goal cannot change.
    """
    demand_moving(lock_goal(tie.goal))
    tie.delete()
