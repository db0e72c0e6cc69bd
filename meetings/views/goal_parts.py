"""What belongs to a goal: the partners that carry it, milestones, and links."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.goals import get_goal, get_of_goal, goal_form_context
from meetings.forms.goals import GoalPartnerForm, MilestoneForm, TieForm
from meetings.goals import editing, partners
from meetings.models import Goal, GoalMilestone, GoalPartner, GoalTie
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand

KEEP = "meetings.keep_goals"
PART = ("role", "part", "measure")


# ---------------------------------------------------------------- Partners
def goal_partner_add(request: SignedIn, pk: int) -> HttpResponse:
    """Let a partner carry a goal."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = GoalPartnerForm(request.POST or None, goal=goal)
    if form.is_bound and form.is_valid():
        facts = dict(form.cleaned_data)
        added = save(
            form,
            lambda: partners.set_partner(goal, facts.pop("partnership"), **facts, by=request.user, at=timezone.now()),
        )
        if added:
            say_done(request, _("The partner carries this goal."))
            return redirect(goal)
    context = goal_form_context(goal, _("Add a partner to this goal"), form, submit=_("Add partner"))
    return render(request, "layouts/form.html", context)


def goal_partner_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change the role and the part of a partner."""
    link: GoalPartner = get_of_goal(request, GoalPartner, pk)
    goal = link.goal
    demand(request, KEEP, goal.plan)
    form = GoalPartnerForm(request.POST or None, initial=_part(link), version=version_of(link), goal=goal, link=link)
    done, context = save_edit(
        form,
        lambda: partners.set_partner(goal, link.partnership, **form.only(PART), by=request.user, at=timezone.now()),
        link,
        lambda: _part(get_of_goal(request, GoalPartner, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(goal)
    title = _("Part of %(organization)s") % {"organization": link.partnership.organization.name}
    return render(request, "layouts/edit_form.html", context | goal_form_context(goal, title, form))


def _part(link: GoalPartner) -> dict[str, Any]:
    return {name: getattr(link, name) for name in PART}


@require_POST
def goal_partner_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Let a partner no longer carry a goal."""
    link: GoalPartner = get_of_goal(request, GoalPartner, pk)
    return _change(request, link.goal, lambda **who: partners.remove_partner(link, **who), _("The partner is removed."))


# ---------------------------------------------------------------- Milestones
@idempotent
def goal_milestone_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a milestone."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = MilestoneForm(request.POST or None)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: editing.add_milestone(goal, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The milestone is added."))
            return redirect(goal)
    context = goal_form_context(goal, _("Add a milestone"), form, submit=_("Add milestone"))
    return render(request, "layouts/form.html", context)


def goal_milestone_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a milestone, or say when it was done: also by who carries the goal."""
    milestone: GoalMilestone = get_of_goal(request, GoalMilestone, pk)
    goal = milestone.goal
    demand(request, "meetings.report_goal", goal)
    form = MilestoneForm(request.POST or None, initial=_milestone(milestone), version=version_of(milestone))
    done, context = save_edit(
        form,
        lambda: editing.update_milestone(
            milestone, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        milestone,
        lambda: _milestone(get_of_goal(request, GoalMilestone, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(goal)
    return render(request, "layouts/edit_form.html", context | goal_form_context(goal, _("Edit this milestone"), form))


def _milestone(milestone: GoalMilestone) -> dict[str, Any]:
    return {name: getattr(milestone, name) for name in editing.MILESTONE_FACTS}


@require_POST
def goal_milestone_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a milestone."""
    milestone: GoalMilestone = get_of_goal(request, GoalMilestone, pk)
    undo = reverse("meetings:goal_milestone_restore", args=[pk])
    return _change(
        request,
        milestone.goal,
        lambda **who: editing.remove_milestone(milestone, **who),
        _("The milestone is removed."),
        undo,
    )


@require_POST
def goal_milestone_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed milestone."""
    milestone: GoalMilestone = get_of_goal(request, GoalMilestone, pk)
    return _change(
        request,
        milestone.goal,
        lambda **who: editing.restore_milestone(milestone, **who),
        _("The milestone is restored."),
    )


# ---------------------------------------------------------------- Links
def goal_tie_add(request: SignedIn, pk: int) -> HttpResponse:
    """Link a goal to what promises it, such as an agreement."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = TieForm(request.POST or None, goal=goal, user=request.user)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        added = save(form, lambda: editing.add_tie(goal, **facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("Linked."))
            return redirect(goal)
    context = goal_form_context(goal, _("Link this goal"), form, submit=_("Link"))
    return render(request, "layouts/form.html", context)


@require_POST
def goal_tie_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a link."""
    tie: GoalTie = get_of_goal(request, GoalTie, pk)
    return _change(request, tie.goal, lambda **who: editing.remove_tie(tie, **who), _("The link is removed."))


def _change(request: SignedIn, goal: Goal, verb: Callable[..., Any], done: str, undo: str = "") -> HttpResponse:
    demand(request, KEEP, goal.plan)
    try:
        verb(by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(goal)
