"""Comments on plans and on goals. Importing this module registers them."""

from django.db.models import Q, QuerySet

from meetings.models import Goal, SharedPlan
from onestop.accounts.models import User
from onestop.comments.subjects import CommentSubject, register_subject
from partners.models import LocalArea, Partnership, Role
from partners.people.seated import people_seated


def people_of(plan: SharedPlan) -> QuerySet[User]:
    """Return the active people who see a plan: those who keep it, and once it is open everybody with a seat there."""
    keepers = _keepers(plan)
    if plan.status == SharedPlan.Status.DRAFT:
        return people_seated(keepers)
    places = (
        LocalArea.objects.filter(pk=plan.area_id) if plan.area_id else LocalArea.objects.filter(state=plan.state_id)
    )
    areas = places.values("pk")
    here = Partnership.objects.current().filter(area__in=areas)
    seen = (Q(area__in=areas), Q(partnership__in=here.values("pk")), Q(organization__in=here.values("organization")))
    return people_seated(keepers, *seen)


def _keepers(plan: SharedPlan) -> Q:
    if plan.area_id:
        return Q(role=Role.STAFF, area=plan.area_id)
    return Q(role=Role.STATE, state=plan.state_id)


register_subject(
    CommentSubject(
        "plan",
        SharedPlan,
        rows=lambda: SharedPlan.objects.select_related("area__state", "state"),
        name=str,
        people=people_of,
        scope=lambda plan: plan.area or plan.state,
        told=lambda plan: people_seated(_keepers(plan)),
    )
)

register_subject(
    CommentSubject(
        "goal",
        Goal,
        rows=lambda: Goal.objects.select_related("plan__area__state", "plan__state"),
        name=str,
        people=lambda goal: people_of(goal.plan),
        scope=lambda goal: goal.plan.area or goal.plan.state,
        told=lambda goal: people_seated(_keepers(goal.plan)),
    )
)
