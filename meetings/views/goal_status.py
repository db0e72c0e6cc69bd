"""The status and the phase of a goal as people set them, and its sponsor on the board."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.goals import get_goal, goal_form_context
from meetings.forms.goals import HealthForm, PhaseForm, SponsorForm
from meetings.goals import partners, status
from meetings.models import Goal
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.models import BoardTerm
from partners.rules import demand

KEEP, SPONSOR = "meetings.keep_goals", "meetings.sponsor_goal"


def goal_health(request: SignedIn, pk: int) -> HttpResponse:
    """Set the status of a goal against the rules, with a reason."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = HealthForm(request.POST or None, initial={"health": goal.health})
    intro = _("The rules judge each report. Set the status yourself only if you know what they cannot see.")
    return _form_page(
        request,
        goal,
        form,
        lambda facts: status.set_health(goal, **facts, by=request.user, at=timezone.now()),
        title=_("Set the status"),
        done=_("The status is set. It stays until you let the rules decide again."),
        intro=intro,
    )


@require_POST
def goal_follow_rule(request: SignedIn, pk: int) -> HttpResponse:
    """Let the rules say again how a goal stands."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    return _act(
        request,
        goal,
        lambda: status.follow_rule(goal, by=request.user, at=timezone.now()),
        _("The rules decide again."),
    )


def goal_phase(request: SignedIn, pk: int) -> HttpResponse:
    """Suspend, reach, drop or resume a goal, with a reason."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = PhaseForm(request.POST or None, goal=goal)
    return _form_page(
        request,
        goal,
        form,
        lambda facts: status.set_phase(goal, **facts, by=request.user, at=timezone.now()),
        title=_("Suspend, reach or drop") if goal.phase == Goal.Phase.PURSUED else _("Resume or change the phase"),
        done=_("Saved. The reason is on the page of the goal."),
    )


# ---------------------------------------------------------------- The sponsor
def goal_sponsor(request: SignedIn, pk: int) -> HttpResponse:
    """Name the member of the board who sponsors a goal."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = SponsorForm(request.POST or None, initial={"term": goal.sponsor_id}, goal=goal, today=timezone.localdate())
    intro = _("A sponsor asks about the goal at each board meeting and opens doors for it.")
    return _form_page(
        request,
        goal,
        form,
        lambda facts: partners.set_sponsor(goal, facts["term"], by=request.user, at=timezone.now()),
        title=_("Sponsor on the board"),
        done=_("Saved."),
        intro=intro,
    )


@require_POST
def goal_take_on(request: SignedIn, pk: int) -> HttpResponse:
    """Sponsor a goal oneself, as a member of the board."""
    goal = get_goal(request, pk)
    term = _own_term(request, goal)
    return _act(
        request,
        goal,
        lambda: partners.take_on(goal, term, by=request.user, at=timezone.now()),
        _("You sponsor this goal. Thank you."),
    )


@require_POST
def goal_give_back(request: SignedIn, pk: int) -> HttpResponse:
    """Give back the sponsorship of a goal."""
    goal = get_goal(request, pk)
    term = _own_term(request, goal)
    return _act(
        request,
        goal,
        lambda: partners.give_back(goal, term, by=request.user, at=timezone.now()),
        _("You no longer sponsor this goal."),
    )


def _own_term(request: SignedIn, goal: Goal) -> BoardTerm:
    demand(request, SPONSOR, goal)
    terms = BoardTerm.objects.on(timezone.localdate()).filter(user=request.user.pk, seat__area=goal.plan.area_id)
    term = terms.select_related("seat").order_by("pk").first()
    if term is None:
        raise PermissionDenied  # an account of the board without a term on it
    return term


# ---------------------------------------------------------------- What they share
def _form_page(
    request: SignedIn,
    goal: Goal,
    form: forms.Form,
    verb: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """Show one form about a goal; once it is sent, call the verb with its values."""
    if form.is_bound and form.is_valid() and save(form, lambda: verb(form.cleaned_data)):
        say_done(request, done)
        return redirect(goal)
    return render(request, "layouts/form.html", goal_form_context(goal, title, form, intro=intro))


def _act(request: SignedIn, goal: Goal, verb: Callable[[], Any], done: str) -> HttpResponse:
    try:
        verb()
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done)
    return redirect(goal)
