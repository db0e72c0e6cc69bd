"""Get goals and what belongs to them, if the user may see them; breadcrumbs and forms of their pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.goals.locking import zone_of
from meetings.goals.reading import with_names
from meetings.models import Goal, GoalMilestone, GoalPartner, GoalTie, GoalUpdate, SharedPlan
from partners.network.current_area import show_area


def get_plan(request: HttpRequest, pk: int) -> SharedPlan:
    """Return a plan that the user may see, and enter its area; otherwise 404."""
    rows = SharedPlan.objects.visible_to(request.user).select_related("area__state", "state")
    return _enter(request, get_object_or_404(rows, pk=pk))


def get_goal(request: HttpRequest, pk: int) -> Goal:
    """Return a goal that the user may see, and enter its area; otherwise 404."""
    goal: Goal = get_object_or_404(with_names(Goal.objects.visible_to(request.user)), pk=pk)
    _enter(request, goal.plan)
    return goal


def get_of_goal(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """Return a partner, milestone, link or report of a goal that the user may see; otherwise 404."""
    assert model in (GoalPartner, GoalMilestone, GoalTie, GoalUpdate)
    seen = Goal.objects.visible_to(request.user).values("pk")
    found = get_object_or_404(model.objects.filter(goal__in=seen), pk=pk)
    found.goal = get_goal(request, found.goal_id)
    return found


def _enter(request: HttpRequest, plan: SharedPlan) -> SharedPlan:
    """Enter the area of a plan; the dates of a plan of a state are shown in the zone of its first area."""
    if plan.area:
        show_area(request, plan.area)
    else:
        timezone.activate(zone_of(plan))
    return plan


# ---------------------------------------------------------------- Breadcrumbs and forms
def plan_breadcrumbs(plan: SharedPlan) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a plan."""
    above = [(_("Shared goals"), reverse("meetings:goal_list", args=[plan.area.slug]))] if plan.area else []
    try:
        return [*above, (plan.name, plan.get_absolute_url())]
    except NoReverseMatch:
        return above


def goal_breadcrumbs(goal: Goal) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a goal."""
    return [*plan_breadcrumbs(goal.plan), (goal.name, goal.get_absolute_url())]


def goal_form_context(goal: Goal, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a goal."""
    url, crumbs = goal.get_absolute_url(), goal_breadcrumbs(goal)
    return {"title": title, "crumbs": crumbs, "here": title, "form": form, "cancel_url": url, "goal": goal, **more}
