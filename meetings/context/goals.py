"""Get goals and what belongs to them, if the user may see them; breadcrumbs and forms of their pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from meetings.context.plans import enter_plan, plan_breadcrumbs
from meetings.goals.reading import with_names
from meetings.models import Goal, GoalLink, GoalMilestone, GoalPartner, GoalTie, GoalUpdate


def get_goal(request: HttpRequest, pk: int) -> Goal:
    """Return a goal that the user may see, and enter its area; otherwise 404."""
    goal: Goal = get_object_or_404(with_names(Goal.objects.visible_to(request.user)), pk=pk)
    enter_plan(request, goal.plan)
    return goal


def get_of_goal(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """Return a partner, milestone, link, personal link or report of a goal that the user may see; otherwise 404."""
    assert model in (GoalLink, GoalPartner, GoalMilestone, GoalTie, GoalUpdate)
    seen = Goal.objects.visible_to(request.user).values("pk")
    found = get_object_or_404(model.objects.filter(goal__in=seen), pk=pk)
    found.goal = get_goal(request, found.goal_id)
    return found


# ---------------------------------------------------------------- Breadcrumbs and forms
def goal_breadcrumbs(goal: Goal) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a goal."""
    return [*plan_breadcrumbs(goal.plan), (goal.name, goal.get_absolute_url())]


def goal_form_context(goal: Goal, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a goal."""
    url, crumbs = goal.get_absolute_url(), goal_breadcrumbs(goal)
    return {"title": title, "crumbs": crumbs, "here": title, "form": form, "cancel_url": url, "goal": goal, **more}
