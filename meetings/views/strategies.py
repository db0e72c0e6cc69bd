"""Strategies of goals, and their recommended actions: add, edit, archive; make an action item."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.plans import get_goal_of_plan, get_plan_action, get_strategy, plan_form_context
from meetings.forms.strategies import AssignForm, PlanActionForm, StrategyForm
from meetings.models import Goal, PlanAction, Strategy
from meetings.plans import strategies
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from partners.rules import demand

KEEP = "meetings.keep_plan"


def _place(goal: Goal) -> str:
    """Return the address of the strategies on the page of a goal."""
    return f"{goal.get_absolute_url()}#strategies"


@idempotent
def strategy_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a strategy to a goal."""
    goal = get_goal_of_plan(request, pk)
    demand(request, KEEP, goal.plan)
    form = StrategyForm(request.POST or None, plan=goal.plan)
    if form.is_bound and form.is_valid():
        partners = form.cleaned_data["partners"]
        done = save(
            form,
            lambda: strategies.add_strategy(
                goal, facts=form.facts, partners=partners, by=request.user, at=timezone.now()
            ),
        )
        if done:
            say_done(request, _("The strategy is added."))
            return redirect(_place(goal))
    context = plan_form_context(goal, _("Add a strategy"), form, submit=_("Add the strategy"), cancel_url=_place(goal))
    return render(request, "layouts/form.html", context)


def strategy_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a strategy, and how it goes."""
    strategy = get_strategy(request, pk)
    goal = strategy.goal
    demand(request, KEEP, goal.plan)
    form = StrategyForm(
        request.POST or None,
        plan=goal.plan,
        initial=_facts(strategy),
        version=version_of(strategy, strategies.LINKS),
    )
    done, context = save_edit(
        form,
        lambda: strategies.update_strategy(
            strategy,
            facts=form.facts,
            partners=form.cleaned_data["partners"],
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        strategy,
        lambda: _facts(get_strategy(request, pk)),
        strategies.LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(_place(goal))
    title = _("Edit %(name)s") % {"name": strategy.name}
    context |= plan_form_context(goal, title, form, here=_("Edit a strategy"), cancel_url=_place(goal))
    return render(request, "layouts/edit_form.html", context)


def _facts(strategy: Strategy) -> dict[str, Any]:
    facts = {name: getattr(strategy, name) for name in strategies.FACTS}
    return facts | {"partners": list(strategy.partner_links.values_list("partnership", flat=True))}


@require_POST
def strategy_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a strategy."""
    strategy = get_strategy(request, pk)
    demand(request, KEEP, strategy.goal.plan)
    undo = reverse("meetings:strategy_restore", args=[pk])
    return _step(request, strategy.goal, lambda: strategies.archive_strategy(
        strategy, by=request.user, at=timezone.now()), _("The strategy is archived."), undo)  # fmt: skip


@require_POST
def strategy_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived strategy."""
    strategy = get_strategy(request, pk)
    demand(request, KEEP, strategy.goal.plan)
    return _step(request, strategy.goal, lambda: strategies.restore_strategy(
        strategy, by=request.user, at=timezone.now()), _("The strategy is restored."))  # fmt: skip


# ---------------------------------------------------------------- Recommended actions
@idempotent
def plan_action_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a recommended action to a strategy."""
    strategy = get_strategy(request, pk)
    goal = strategy.goal
    demand(request, KEEP, goal.plan)
    form = PlanActionForm(request.POST or None, plan=goal.plan)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: strategies.add_plan_action(strategy, facts=form.facts, by=request.user, at=timezone.now()),
        )
        if done:
            say_done(request, _("The action is added."))
            return redirect(_place(goal))
    title = _("Add a recommended action")
    intro = _("For the strategy “%(name)s”.") % {"name": strategy.name}
    context = plan_form_context(goal, title, form, submit=_("Add the action"), cancel_url=_place(goal), intro=intro)
    return render(request, "layouts/form.html", context)


def plan_action_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a recommended action, and say what became of it."""
    action = get_plan_action(request, pk)
    goal = action.strategy.goal
    demand(request, KEEP, goal.plan)
    form = PlanActionForm(
        request.POST or None, plan=goal.plan, action=action, initial=_action_facts(action), version=version_of(action)
    )
    done, context = save_edit(
        form,
        lambda: strategies.update_plan_action(
            action, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        action,
        lambda: _action_facts(get_plan_action(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(_place(goal))
    title = _("Edit a recommended action")
    context |= plan_form_context(goal, title, form, cancel_url=_place(goal))
    return render(request, "layouts/edit_form.html", context)


def _action_facts(action: PlanAction) -> dict[str, Any]:
    facts = {name: getattr(action, name) for name in strategies.ACTION_FACTS}
    return facts | {"partnership": action.partnership_id, "need": action.need_id}


@idempotent
def plan_action_assign(request: SignedIn, pk: int) -> HttpResponse:
    """Make an action item of a group from a recommended action."""
    action = get_plan_action(request, pk)
    goal = action.strategy.goal
    demand(request, KEEP, goal.plan)
    initial = {"partnership": action.partnership_id, "due_on": action.due_on}
    form = AssignForm(request.POST or None, plan=goal.plan, initial=initial)
    if form.is_bound and form.is_valid():
        item = save(
            form,
            lambda: strategies.assign_plan_action(action, **form.cleaned_data, by=request.user, at=timezone.now()),
        )
        if item:
            say_done(request, _("It is an action item now. Whoever does it is told."))
            return redirect(item)
    title = _("Make an action item")
    context = plan_form_context(
        goal, title, form, submit=_("Make the action item"), cancel_url=_place(goal), intro=action.text
    )
    return render(request, "layouts/form.html", context)


@require_POST
def plan_action_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a recommended action."""
    action = get_plan_action(request, pk)
    goal = action.strategy.goal
    demand(request, KEEP, goal.plan)
    undo = reverse("meetings:plan_action_restore", args=[pk])
    return _step(request, goal, lambda: strategies.archive_plan_action(
        action, by=request.user, at=timezone.now()), _("The action is archived."), undo)  # fmt: skip


@require_POST
def plan_action_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived recommended action."""
    action = get_plan_action(request, pk)
    goal = action.strategy.goal
    demand(request, KEEP, goal.plan)
    return _step(request, goal, lambda: strategies.restore_plan_action(
        action, by=request.user, at=timezone.now()), _("The action is restored."))  # fmt: skip


def _step(request: SignedIn, goal: Goal, act: Callable[[], Any], done: str, undo: str = "") -> HttpResponse:
    try:
        act()
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, done, undo=undo)
    return redirect(_place(goal))
