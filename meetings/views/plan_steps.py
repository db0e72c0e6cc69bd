"""What becomes of a plan: opened, adopted, ended, archived; goals copied to it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.context.plans import get_plan, plan_form_context
from meetings.forms.plans import AdoptForm, CopyForm, OpenForm, goals_to_copy
from meetings.goals.copying import copy_goals
from meetings.models import SharedPlan
from meetings.plans import adoption, editing
from meetings.plans.locking import CannotChangePlan
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand

KEEP = "meetings.keep_plan"


def plan_open(request: SignedIn, pk: int) -> HttpResponse:
    """Open a draft for proposals, or move the last day of proposals."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    form = OpenForm(request.POST or None, initial={"proposals_until": plan.proposals_until})
    if form.is_bound and form.is_valid():
        until = form.cleaned_data["proposals_until"]
        if save(form, lambda: editing.open_plan(plan, proposals_until=until, by=request.user, at=timezone.now())):
            say_done(request, _("The plan is open. Partners that carry a goal are asked for their consent."))
            return redirect(plan)
    intro = _("All partners of the network can read the plan from now on, propose changes and comment on it.")
    context = plan_form_context(plan, _("Open for proposals"), form, submit=_("Open the plan"), intro=intro)
    return render(request, "layouts/form.html", context)


def plan_adopt(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a group adopted a plan; shows what is still missing."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    if plan.adopted_on:
        say_refused(request, CannotChangePlan(_("This plan is adopted already.")))
        return redirect(plan)
    ready = adoption.readiness_of(plan)
    today = timezone.localdate()
    form = AdoptForm(request.POST or None, plan=plan, readiness=ready, today=today)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        done = save(form, lambda: adoption.adopt_plan(plan, **facts, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("The plan is adopted. Its goals are pursued from now on."))
            return redirect(plan)
    context = plan_form_context(plan, _("Adopt the plan"), form, submit=_("Adopt the plan"), readiness=ready)
    return render(request, "meetings/plans/plan_adopt.html", context)


@idempotent
def goals_copy(request: SignedIn, pk: int) -> HttpResponse:
    """Copy goals of the plans before to a plan."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    place = plan.area or plan.state
    assert place
    form = CopyForm(request.POST or None, copied=goals_to_copy(place, plan))
    if form.is_bound and form.is_valid():
        chosen, too = list(form.cleaned_data["copied"]), form.cleaned_data["with_strategies"]
        made = save(form, lambda: copy_goals(plan, chosen, with_strategies=too, by=request.user, at=timezone.now()))
        if made:
            number = len(made) if isinstance(made, list) else 0
            words = ngettext("%(number)d goal is copied.", "%(number)d goals are copied.", number)
            nothing = _("The plan has these goals already. Nothing was copied.")
            say_done(request, words % {"number": number} if number else nothing)
            return redirect(plan)
    context = plan_form_context(plan, _("Copy goals"), form, submit=_("Copy the goals"))
    return render(request, "layouts/form.html", context)


def plan_end(request: SignedIn, pk: int) -> HttpResponse:
    """End an adopted plan, after a confirmation."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    if request.method == "POST":
        undo = reverse("meetings:plan_resume", args=[pk])
        return _step(request, plan, editing.end_plan, _("The plan has ended."), undo=undo)
    context: dict[str, Any] = {
        "title": _("End this plan?"),
        "consequences": [
            _("Its goals are no longer pursued, and nobody is asked for reports."),
            _("The plan, its reports and its history stay."),
        ],
        "act": _("End the plan"),
        "cancel_url": plan.get_absolute_url(),
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def plan_resume(request: SignedIn, pk: int) -> HttpResponse:
    """Go on with a plan that was ended."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    return _step(request, plan, editing.resume_plan, _("The plan goes on."))


@require_POST
def plan_close(request: SignedIn, pk: int) -> HttpResponse:
    """Make an open plan a draft again."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    return _step(request, plan, editing.close_plan, _("The plan is a draft again. Partners do not see it."))


@require_POST
def plan_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a plan."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    undo = reverse("meetings:plan_restore", args=[pk])
    return _step(request, plan, editing.archive_plan, _("The plan is archived."), undo=undo)


@require_POST
def plan_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived plan."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    return _step(request, plan, editing.restore_plan, _("The plan is restored."))


def _step(request: SignedIn, plan: SharedPlan, verb: Callable[..., Any], done: str, undo: str = "") -> HttpResponse:
    try:
        verb(plan, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, done, undo=undo)
    return redirect(plan)
