"""Begin the goals of a plan with those of the plan before."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from meetings.goals.consents import ask_for_goals
from meetings.models import Goal, GoalPartner, GoalUpdate, SharedPlan, Strategy, StrategyPartner
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded

COPIED = ("name", "why", "indicator", "measure", "unit", "direction", "rhythm")
OF_STRATEGY = ("name", "text", "funding", "position")


class CannotCopy(Refused):
    """Goals cannot be copied to this plan."""


@recorded
def copy_goals(
    plan: SharedPlan, goals: Collection[Goal], *, with_strategies: bool = False, by: User | None, at: datetime
) -> list[Goal]:
    """Add copies of goals of another plan, with the partners that carry them; return the new goals.

    The last reported value becomes the baseline; the target stays if it is not reached yet; they are due when the plan
    ends. Goals of a name that the plan has already are left out; of two with one name, the first is copied. Nobody has
    consented to a copy; if the plan is open, partners are asked. Their strategies, if wanted, begin anew, without their
    recommended actions; those that were stopped stay behind.

    :raises CannotCopy: if the plan is adopted already.
    """
    plan = (
        SharedPlan.objects.select_for_update(of=("self",), no_key=True).select_related("area", "state").get(pk=plan.pk)
    )
    if not plan.is_editable or plan.is_archived:
        raise CannotCopy(_("This plan is adopted. Its goals are added one by one."))
    known = {name.casefold() for name in plan.goals.current().values_list("name", flat=True)}
    by_name: dict[str, Goal] = {}
    for goal in goals:
        if goal.name.casefold() not in known:
            by_name.setdefault(goal.name.casefold(), goal)
    wanted = list(by_name.values())
    last = plan.goals.aggregate(last=Max("position"))["last"] or 0
    reports = _last_reports(wanted)
    made = [_copy(goal, plan, last + number, reports.get(goal.pk)) for number, goal in enumerate(wanted, start=1)]
    Goal.objects.bulk_create(made)
    new = {old.pk: goal for old, goal in zip(wanted, made, strict=True)}
    links = GoalPartner.objects.filter(goal__in=new, partnership__archived_at=None).order_by("pk")
    GoalPartner.objects.bulk_create(
        GoalPartner(
            goal=new[link.goal_id], partnership_id=link.partnership_id, role=link.role, part=link.part,
            measure=link.measure,
        )
        for link in links
    )  # fmt: skip
    if with_strategies:
        _copy_strategies(new)
    if made:
        ask_for_goals(plan, made, by=by, at=at)
    return made


def _copy_strategies(goals: dict[int, Goal]) -> None:
    """Add the strategies of goals, by their ids, to the copies of these goals, with who carries them out."""
    rows = Strategy.objects.current().filter(goal__in=goals).exclude(status=Strategy.Status.STOPPED)
    found = list(rows.order_by("goal", "position", "pk"))
    made = Strategy.objects.bulk_create(
        Strategy(goal=goals[old.goal_id], **{name: getattr(old, name) for name in OF_STRATEGY}) for old in found
    )
    new = {old.pk: strategy for old, strategy in zip(found, made, strict=True)}
    links = StrategyPartner.objects.filter(strategy__in=new, partnership__archived_at=None).order_by("pk")
    StrategyPartner.objects.bulk_create(
        StrategyPartner(strategy=new[link.strategy_id], partnership_id=link.partnership_id) for link in links
    )


def _copy(goal: Goal, plan: SharedPlan, position: int, report: GoalUpdate | None) -> Goal:
    copy = Goal(plan=plan, position=position, due_on=plan.last_on, **{name: getattr(goal, name) for name in COPIED})
    copy.baseline, copy.baseline_on = goal.baseline, goal.baseline_on
    if report:
        copy.baseline, copy.baseline_on = report.value, report.as_of
    reached = copy.baseline is not None and goal.target is not None and goal.is_met_by(copy.baseline)
    copy.target = None if reached else goal.target
    return copy


def _last_reports(goals: Collection[Goal]) -> dict[int, GoalUpdate]:
    rows = GoalUpdate.objects.standing().filter(goal__in=[goal.pk for goal in goals], value__isnull=False)
    return {report.goal_id: report for report in rows.order_by("as_of", "pk")}
