"""Lock a plan before it changes, and say why it cannot."""

from django.utils.translation import gettext as _

from meetings.models import SharedPlan
from onestop.editing.refusals import Refused


class CannotChangePlan(Refused):
    """A plan cannot be saved or changed like this."""


def lock_plan(plan: SharedPlan) -> SharedPlan:
    """Lock a plan and return it as it is now, in the running transaction."""
    # Lock: of two who act at once, the second sees what the first has done.
    rows = SharedPlan.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area__state", "state").get(pk=plan.pk)


def demand_current(plan: SharedPlan) -> None:
    """Refuse to change a plan that is archived.

    :raises CannotChangePlan: then.
    """
    if plan.is_archived:
        raise CannotChangePlan(_("This plan is archived. Restore it first."))


def demand_under_way(plan: SharedPlan) -> None:
    """Refuse to work on a plan that has ended, or is archived.

    :raises CannotChangePlan: then.
    """
    demand_current(plan)
    if plan.status == SharedPlan.Status.ENDED:
        raise CannotChangePlan(_("This plan has ended. Nothing is added to it."))
