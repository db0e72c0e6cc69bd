"""What the verbs of goals share: the lock, what they refuse, and where a goal is."""

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
    # Lock: of two reports at once, the second one judges the goal with both. Its sponsor is read afterwards: whoever
    # waited for the lock would get the goal as it is now, joined with the sponsor of before.
    rows = Goal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("plan__area__state", "plan__state").get(pk=goal.pk)


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


def zone_of(plan: SharedPlan) -> ZoneInfo:
    """Return the time zone of a plan's area; of a plan of a state, that of the state's first area."""
    area = plan.area or LocalArea.objects.filter(state=plan.state_id).order_by("pk").first()
    return area.zone if area else ZoneInfo(settings.TIME_ZONE)


def today_in(plan: SharedPlan, at: datetime) -> date:
    """Return which day it is where a plan is."""
    return at.astimezone(zone_of(plan)).date()
