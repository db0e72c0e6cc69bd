"""What the verbs of goals share: the lock, what they refuse, and where a goal is."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from meetings.models import Goal, SharedPlan
from onestop.editing.refusals import Refused
from partners.models import LocalArea

MOVING = (SharedPlan.Status.DRAFT, SharedPlan.Status.OPEN, SharedPlan.Status.ADOPTED)


class CannotChangeGoal(Refused):
    """A goal cannot be changed, or reported on, like this."""


def lock_goal(goal: Goal) -> Goal:
    """Lock a goal and return it as it is now, in the running transaction."""
    # Lock: of two reports at once, the second one judges the goal with both. Its plan and sponsor are read afterwards:
    # whoever waited for the lock would get the goal as it is now, joined with the plan of before, not yet adopted.
    locked = Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
    locked.plan = SharedPlan.objects.select_related("area__state", "state").get(pk=locked.plan_id)
    return locked


def demand_moving(goal: Goal) -> None:
    """Refuse to change a goal that is archived, or whose plan has ended or is archived.

    :raises CannotChangeGoal: then.
    """
    demand_open_plan(goal.plan)
    if goal.is_archived:
        raise CannotChangeGoal(_("This goal is archived. Restore it first."))


def demand_reportable(goal: Goal) -> None:
    """Refuse reports on a goal that partners do not pursue.

    :raises CannotChangeGoal: then.
    """
    demand_moving(goal)
    if goal.plan.status != SharedPlan.Status.ADOPTED:
        raise CannotChangeGoal(_("The plan is not adopted yet. Reports begin once it is."))
    if goal.phase != Goal.Phase.PURSUED:
        words = _("This goal is not pursued now: %(phase)s.")
        raise CannotChangeGoal(words % {"phase": goal.get_phase_display()})


def demand_open_plan(plan: SharedPlan) -> None:
    """Refuse to change goals of a plan that has ended or is archived.

    :raises CannotChangeGoal: then.
    """
    if plan.is_archived:
        raise CannotChangeGoal(_("This plan is archived. Restore it first."))
    if plan.status not in MOVING:
        raise CannotChangeGoal(_("This plan has ended. Its goals stay as they are."))


def zones_of(plans: Collection[SharedPlan]) -> dict[int, ZoneInfo]:
    """Return the time zones of plans with their areas, as ``zone_of`` does; at most one query."""
    states = {plan.state_id for plan in plans if plan.area_id is None}
    rows = LocalArea.objects.filter(state__in=states).order_by("state", "pk").distinct("state") if states else ()
    first = {area.state_id: area.zone for area in rows}
    return {
        plan.pk: plan.area.zone if plan.area else first.get(plan.state_id or 0, ZoneInfo(settings.TIME_ZONE))
        for plan in plans
    }


def zone_of(plan: SharedPlan) -> ZoneInfo:
    """Return the time zone of a plan's area; of a plan of a state, that of the state's first area."""
    area = plan.area or LocalArea.objects.filter(state=plan.state_id).order_by("pk").first()
    return area.zone if area else ZoneInfo(settings.TIME_ZONE)


def today_in(plan: SharedPlan, at: datetime) -> date:
    """Return which day it is where a plan is."""
    return at.astimezone(zone_of(plan)).date()
