"""Get plans, their goals, proposals and strategies, if the user may see them, and enter their area; breadcrumbs."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import Goal, PlanAction, PlanProposal, SharedPlan, Strategy
from partners.models import LocalArea, State
from partners.network.current_area import show_area

Crumbs = list[tuple[str, str]]


def get_plan(request: HttpRequest, pk: int) -> SharedPlan:
    """Return a plan that the user may see, and enter its area; otherwise 404."""
    rows = SharedPlan.objects.visible_to(request.user)
    rows = rows.select_related("area__state", "state", "adopted_by", "decision__meeting")
    return enter_plan(request, get_object_or_404(rows, pk=pk))


def get_goal_of_plan(request: HttpRequest, pk: int) -> Goal:
    """Return a goal of a plan that the user may see, and enter its area; otherwise 404."""
    rows = Goal.objects.visible_to(request.user).select_related("plan__area__state", "plan__state")
    goal = get_object_or_404(rows, pk=pk)
    enter_plan(request, goal.plan)
    return goal


def get_proposal(request: HttpRequest, pk: int) -> PlanProposal:
    """Return a proposal to a plan that the user may see, and enter its area; otherwise 404."""
    rows = PlanProposal.objects.visible_to(request.user)
    rows = rows.select_related("plan__area__state", "plan__state", "goal", "partnership__organization")
    proposal = get_object_or_404(rows, pk=pk)
    enter_plan(request, proposal.plan)
    return proposal


def get_strategy(request: HttpRequest, pk: int) -> Strategy:
    """Return a strategy of a plan that the user may see, and enter its area; otherwise 404."""
    rows = Strategy.objects.visible_to(request.user).select_related("goal__plan__area__state", "goal__plan__state")
    strategy = get_object_or_404(rows, pk=pk)
    enter_plan(request, strategy.goal.plan)
    return strategy


def get_plan_action(request: HttpRequest, pk: int) -> PlanAction:
    """Return a recommended action of a plan that the user may see, and enter its area; otherwise 404."""
    rows = PlanAction.objects.visible_to(request.user)
    rows = rows.select_related("strategy__goal__plan__area__state", "strategy__goal__plan__state", "partnership")
    action = get_object_or_404(rows, pk=pk)
    enter_plan(request, action.strategy.goal.plan)
    return action


def get_state(request: HttpRequest, code: str) -> State:
    """Return a state that the person administers, or of an area that they see; otherwise 404."""
    areas = LocalArea.objects.visible_to(request.user).values("state")
    own = State.objects.visible_to(request.user).values("pk")
    return get_object_or_404(State.objects.filter(pk__in=areas) | State.objects.filter(pk__in=own), code=code)


def enter_state(state: State) -> None:
    """Show days of a state in the zone of its first area."""
    first = LocalArea.objects.current().filter(state=state).order_by("pk").first()
    if first:
        timezone.activate(first.zone)


def enter_plan(request: HttpRequest, plan: SharedPlan) -> SharedPlan:
    """Enter the area of a plan; the days of a plan of a state are shown in the zone of its first area."""
    if plan.area:
        show_area(request, plan.area)
    elif plan.state:
        enter_state(plan.state)
    return plan


def list_crumb(plan: SharedPlan) -> tuple[str, str]:
    """Return the breadcrumb of the list in which a plan is."""
    if plan.area:
        return _("Plans"), reverse("meetings:plan_list", args=[plan.area.slug])
    assert plan.state
    words = _("Plans of %(state)s") % {"state": plan.state.name}
    return words, reverse("meetings:state_plan_list", args=[plan.state.code])


def plan_breadcrumbs(plan: SharedPlan) -> Crumbs:
    """Return the breadcrumbs of a page below a plan."""
    return [list_crumb(plan), (plan.name, plan.get_absolute_url())]


def goal_of_plan_breadcrumbs(goal: Goal) -> Crumbs:
    """Return the breadcrumbs of a page below a goal."""
    return [*plan_breadcrumbs(goal.plan), (goal.name, goal.get_absolute_url())]


def plan_form_context(
    thing: SharedPlan | Goal, title: str, form: Any, *, here: str = "", cancel_url: str = "", **more: Any
) -> dict[str, Any]:
    """Return the context of a page with one form about a plan, or about a goal of it."""
    is_goal = isinstance(thing, Goal)
    crumbs = goal_of_plan_breadcrumbs(thing) if isinstance(thing, Goal) else plan_breadcrumbs(thing)
    return {
        "title": title,
        "crumbs": crumbs,
        "here": here or title,
        "form": form,
        "cancel_url": cancel_url or thing.get_absolute_url(),
        ("goal" if is_goal else "plan"): thing,
        **more,
    }
