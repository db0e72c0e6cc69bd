"""Bring the stored status of goals in line with the rules: when something is reported, and every night."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from meetings.goals.forecast import Limits, Point
from meetings.goals.health import Measured, Verdict, verdict_of
from meetings.goals.locking import lock_goal, today_in
from meetings.goals.words import why_words
from meetings.models import Goal, GoalUpdate, SharedPlan
from onestop.accounts.models import User
from onestop.history.tracking import recorded

NOT_LESS_THAN_NONE = (Goal.Unit.PERCENT, Goal.Unit.PEOPLE, Goal.Unit.DAYS)


def limits_of(goal: Goal) -> Limits:
    """Return between which values a forecast stays: nobody counts fewer than no people, or more than all of them."""
    least = Decimal(0) if goal.unit in NOT_LESS_THAN_NONE else None
    is_share = goal.unit == Goal.Unit.PERCENT and all((v or 0) <= 100 for v in (goal.baseline, goal.target))
    return Limits(least, Decimal(100) if is_share else None)


def measured(goal: Goal, reports: Iterable[tuple[date, Decimal | None]]) -> Measured:
    """Return what the rules know of a goal, with its reports (as of, value) in the order in which they were sent."""
    reports, on, value = list(reports), goal.baseline_on, goal.baseline
    return Measured(
        baseline=Point(on, value) if on is not None and value is not None else None,
        target=goal.target,
        due_on=goal.due_on,
        rhythm=goal.rhythm,
        is_up=goal.direction == Goal.Direction.UP,
        reports=tuple(Point(as_of, reported) for as_of, reported in reports if reported is not None),
        limits=limits_of(goal),
        told_on=max((as_of for as_of, _value in reports), default=None),
    )


def measured_by_goal(goals: Iterable[Goal]) -> dict[int, Measured]:
    """Return what the rules know of each of these goals; one query."""
    goals = list(goals)
    reports: dict[int, list[tuple[date, Decimal | None]]] = defaultdict(list)
    rows = GoalUpdate.objects.standing().filter(goal__in=[goal.pk for goal in goals])
    for goal, on, value in rows.order_by("pk").values_list("goal", "as_of", "value") if goals else ():
        reports[goal].append((on, value))
    return {goal.pk: measured(goal, reports[goal.pk]) for goal in goals}


def judge(goal: Goal, *, by: User | None = None, at: datetime) -> Verdict:
    """Judge a locked goal; write down a change of its status, unless a person has set it against the rules."""
    today = today_in(goal.plan, at)
    known = measured_by_goal([goal])[goal.pk]
    verdict = verdict_of(known, today)
    if goal.health_by_rule and goal.health != verdict.health:
        goal.health = verdict.health
        goal.save(update_fields=["health"])
        goal.changes.create(
            phase=goal.phase, health=goal.health, by_rule=True, reason=why_words(goal, known, verdict), by=by, at=at
        )
    return verdict


@recorded
def judge_goal(goal: Goal, *, by: User | None = None, at: datetime) -> Goal:
    """Judge a goal that is pursued as of now."""
    goal = lock_goal(goal)
    if goal.phase == Goal.Phase.PURSUED and not goal.is_archived:
        judge(goal, by=by, at=at)
    return goal


@recorded
def judge_plan(plan: SharedPlan, *, by: User | None = None, at: datetime) -> None:
    """Judge the goals of a plan that is pursued from now on."""
    rows = Goal.objects.pursued().filter(plan=plan).select_for_update(of=("self",), no_key=True)
    for goal in rows.order_by("pk"):
        goal.plan = plan
        judge(goal, by=by, at=at)


def judge_all(*, at: datetime) -> int:
    """Judge all goals that are pursued, whose reports may have become too old; return how many changed.

    Runs every night; each goal in a transaction of its own, so that a run that was stopped goes on.
    """
    goals = list(Goal.objects.pursued().filter(health_by_rule=True).select_related("plan__area", "plan__state"))
    known, days = measured_by_goal(goals), _Days(at)
    changed = [goal for goal in goals if verdict_of(known[goal.pk], days.of(goal)).health != goal.health]
    for goal in changed:
        judge_goal(goal, at=at)
    return len(changed)


class _Days:
    """Which day it is in each place, each found once."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._known: dict[tuple[int | None, int | None], date] = {}

    def of(self, goal: Goal) -> date:
        """Return which day it is where a goal is."""
        place = goal.plan.area_id, goal.plan.state_id
        if place not in self._known:
            self._known[place] = today_in(goal.plan, self._at)
        return self._known[place]
