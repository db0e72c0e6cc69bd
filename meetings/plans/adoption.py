"""Adopt a plan by a decision of a group, once the partners that answer for its goals consent to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from meetings.goals.consents import Standing, standings_of
from meetings.goals.judging import judge_plan
from meetings.goals.locking import today_in
from meetings.models import Decision, Goal, Group, SharedPlan
from meetings.plans.locking import CannotChangePlan, demand_current, lock_plan
from onestop.accounts.models import User
from onestop.history.tracking import recorded


@dataclass(frozen=True)
class Readiness:
    """What is missing before a plan can be adopted.

    ``unowned`` are goals without an accountable partner, ``missing`` the accountable partners that have not answered
    the current version of a goal, ``objections`` those that object to it; ``others`` are further partners that object.
    """

    goals: Sequence[Goal]
    unowned: list[Goal] = field(default_factory=list)
    missing: list[tuple[Goal, Standing]] = field(default_factory=list)
    objections: list[tuple[Goal, Standing]] = field(default_factory=list)
    others: list[tuple[Goal, Standing]] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing, apart from objections."""
        return bool(self.goals) and not self.unowned and not self.missing

    @property
    def problems(self) -> list[str]:
        """What is missing, one sentence each."""
        if not self.goals:
            return [_("The plan has no goals yet.")]
        found = [_("“%(goal)s” has no accountable partner.") % {"goal": goal.name} for goal in self.unowned]
        words = _("%(partner)s has not consented to “%(goal)s”.")
        return found + [words % {"partner": each.name, "goal": goal.name} for goal, each in self.missing]


def readiness_of(plan: SharedPlan) -> Readiness:
    """Return what is missing before a plan can be adopted; three queries."""
    goals = list(plan.goals.current().order_by("position", "pk"))
    return readiness(goals, standings_of(goals))


def readiness(goals: Sequence[Goal], standings: dict[int, list[Standing]]) -> Readiness:
    """Return what is missing, from what partners say to the goals."""
    found = Readiness(goals)
    for goal in goals:
        accountable = next((each for each in standings[goal.pk] if each.is_accountable), None)
        if accountable is None:
            found.unowned.append(goal)
        elif accountable.objects:
            found.objections.append((goal, accountable))
        elif not accountable.consents:
            found.missing.append((goal, accountable))
        found.others.extend((goal, each) for each in standings[goal.pk] if each.objects and not each.is_accountable)
    return found


@recorded
def adopt_plan(
    plan: SharedPlan,
    *,
    group: Group,
    adopted_on: date,
    decision: Decision | None = None,
    despite_objections: bool = False,
    by: User | None,
    at: datetime,
) -> SharedPlan:
    """Adopt an open plan: a group has decided it.

    Objections of accountable partners stay with their goals; ``despite_objections`` says that the group knows them.

    :raises CannotChangePlan: if the plan is not open, an accountable partner has not consented to the current version
        of its goal, an objection is not accepted, or the group, day or decision does not fit.
    """
    plan = lock_plan(plan)
    demand_current(plan)
    if plan.status != SharedPlan.Status.OPEN:
        raise CannotChangePlan(_("Only a plan that is open for proposals can be adopted."))
    _demand_group(plan, group, decision)
    if adopted_on > today_in(plan, at):
        raise CannotChangePlan(_("This day is still to come. Enter the day of the decision."), field="adopted_on")
    # Lock: nobody changes a goal, or answers it, while the plan is adopted.
    list(Goal.objects.select_for_update(no_key=True).filter(plan=plan).order_by("pk").values_list("pk"))
    found = readiness_of(plan)
    if not found.is_ready:
        raise CannotChangePlan(" ".join(found.problems))
    if found.objections and not despite_objections:
        names = sorted({each.name for _goal, each in found.objections})
        words = _("%(partners)s objects. Confirm that the plan is adopted with this objection.")
        raise CannotChangePlan(words % {"partners": ", ".join(names)}, field="despite_objections")
    plan.status, plan.adopted_on = SharedPlan.Status.ADOPTED, adopted_on
    plan.adopted_by, plan.decision = group, decision
    plan.save(update_fields=["status", "adopted_on", "adopted_by", "decision"])
    judge_plan(plan, by=by, at=at)
    return plan


def _demand_group(plan: SharedPlan, group: Group, decision: Decision | None) -> None:
    if (group.area_id, group.state_id) != (plan.area_id, plan.state_id):
        raise CannotChangePlan(_("Choose a group of the area or state of the plan."), field="group")
    if decision and decision.meeting.group_id != group.pk:
        raise CannotChangePlan(_("This decision is of another group."), field="decision")
