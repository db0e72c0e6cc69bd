"""Shared goals: the list of an area, its board, the page of one; adding, editing and archiving."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.goals import get_goal, goal_breadcrumbs, goal_form_context
from meetings.context.plans import get_plan, plan_breadcrumbs
from meetings.filters.goals import GoalBoardFilters, GoalFilters
from meetings.forms.goals import GoalForm, facts_of
from meetings.goals import editing, reading
from meetings.goals.curve import chart_of, method_of
from meetings.goals.health import verdict_of
from meetings.goals.judging import measured_by_goal
from meetings.goals.links import links_of
from meetings.goals.recipients import partnership_of
from meetings.goals.words import why_words
from meetings.models import Goal, SharedPlan
from meetings.plans.reading import goal_sections
from meetings.tables.goals import EXPORT, GoalTable
from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import applied_filters, list_page
from partners.models import BoardTerm
from partners.network.current_area import enter_area
from partners.rules import demand, may

LATEST = 4  # reports that the page of a goal shows at once
KEEP = "meetings.keep_goals"


def goal_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """List the goals of an area: how each stands, who answers for it, when the next report is due."""
    area = enter_area(request, slug)
    return list_page(
        request,
        key=f"goals:{area.slug}",
        title=_("Shared goals"),
        queryset=reading.of_area(area, request.user),
        filters=GoalFilters,
        table=GoalTable,
        template="meetings/goals/goal_list.html",
        export=EXPORT,
        given=lambda rows: {"facts": reading.facts_of(rows, timezone.localdate())},
        context={"area": area, "tabs": _tabs(slug, "list"), "state": area.state},
        area=area,
    )


def goal_board(request: SignedIn, slug: str) -> HttpResponse:
    """Show the goals that partners pursue in columns by their status."""
    area = enter_area(request, slug)
    pursued = reading.of_area(area, request.user).filter(archived_at=None, phase=Goal.Phase.PURSUED)
    bar = GoalBoardFilters(request.GET, queryset=pursued, request=request, area=area)
    is_valid = bar.is_valid()
    facts = reading.facts_of(bar.qs if is_valid else pursued, timezone.localdate())
    context = {
        "title": _("Shared goals"),
        "area": area,
        "tabs": _tabs(slug, "board"),
        "filter": bar,
        "applied": list(applied_filters(bar, request.GET)),
        "columns": reading.board_of(facts.values(), bar.form.cleaned_data["health"] if is_valid else ""),
    }
    return render(request, "meetings/goals/goal_board.html", context)


def _tabs(slug: str, current: str) -> list[dict[str, Any]]:
    pages = (("list", _("List"), "meetings:goal_list"), ("board", _("Board"), "meetings:goal_board"))
    return [
        {"label": label, "url": reverse(name, args=[slug]), "current": key == current} for key, label, name in pages
    ]


def goal_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show a goal: whether partners turn the curve, why, who carries it, and what it is linked to."""
    goal, today = get_goal(request, pk), timezone.localdate()
    known = measured_by_goal([goal])[goal.pk]
    verdict = verdict_of(known, today)
    updates, user, due = reading.updates_of(goal), request.user, reading.next_due(goal, known.told_on)
    sections = goal_sections(goal, user)
    may_keep, partnership = may(user, KEEP, goal.plan), partnership_of(goal, user)
    is_pursued = goal.phase == Goal.Phase.PURSUED and goal.plan.status == SharedPlan.Status.ADOPTED
    is_worked_on = is_pursued and not goal.is_archived and not goal.plan.is_archived
    context = {
        "title": goal.name,
        "crumbs": plan_breadcrumbs(goal.plan),
        "here": goal.name,
        "goal": goal,
        "plan": goal.plan,
        "standing": reading.standing_of(goal, verdict),
        "why": why_words(goal, known, verdict),
        "chart": chart_of(goal, known, today),
        "method": method_of(goal, known),
        "place": reading.place_of(goal),
        "latest": updates[:LATEST],
        "earlier": updates[LATEST:],
        "milestones": goal.milestones.filter(archived_at=None).order_by("due_on", "pk"),
        "changes": reading.changes_of(goal),
        "linked": reading.linked_to(goal, user),
        "next_due": due,
        "is_late": due is not None and due < today,
        "today": today,
        "may_keep": may_keep,
        "may_report": (may_keep or partnership is not None) and is_worked_on,
        "is_pursued": is_pursued,
        "may_ask": may_keep and is_worked_on,
        "links": links_of(goal, at=timezone.now()) if may_keep else (),
        **_sponsor(request, goal),
        **sections,
        **comments_context(request, goal, at=timezone.now()),
    }
    return render(request, "meetings/goals/goal_detail.html", context)


def _sponsor(request: SignedIn, goal: Goal) -> dict[str, Any]:
    """Return who sponsors a goal, and whether the person may take it on or give it back; one query at most."""
    today = timezone.localdate()
    sponsor = goal.sponsor if goal.sponsor is not None and goal.sponsor.is_on(today) else None
    own = None
    if may(request.user, "meetings.sponsor_goal", goal):
        own = BoardTerm.objects.on(today).filter(seat__area=goal.plan.area_id, user=request.user.pk).first()
    return {
        "sponsor": sponsor,
        "may_take_on": own is not None and sponsor is None and not goal.is_archived,
        "may_give_back": own is not None and sponsor is not None and sponsor.user_id == request.user.pk,
    }


def goal_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a goal."""
    goal = get_goal(request, pk)
    links = ("partner_links", "milestones", "ties", "links")
    return history_page(request, goal, links=links, crumbs=goal_breadcrumbs(goal))


# ---------------------------------------------------------------- Changing it
@idempotent
def goal_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a goal to a plan."""
    plan = get_plan(request, pk)
    demand(request, KEEP, plan)
    initial = {"due_on": plan.last_on}
    form = GoalForm(request.POST or None, initial=initial, plan=plan, user=request.user)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: editing.add_goal(plan, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The goal is added. Say next who carries it."))
            return redirect(added)
    crumbs = plan_breadcrumbs(plan)
    context = {
        "title": _("Add a goal"),
        "crumbs": crumbs,
        "here": _("Add a goal"),
        "form": form,
        "submit": _("Add goal"),
        "cancel_url": crumbs[-1][1] if crumbs else "",
        "intro": _("A few goals that everybody remembers help more than many. Each needs a measure and a day."),
    }
    return render(request, "layouts/form.html", context)


def goal_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a goal; if what partners consent to changes, they are asked anew."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    form = GoalForm(
        request.POST or None, initial=facts_of(goal), version=version_of(goal), plan=goal.plan, user=request.user,
        goal=goal,
    )  # fmt: skip
    done, context = save_edit(
        form,
        lambda: editing.update_goal(goal, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        goal,
        lambda: facts_of(get_goal(request, pk)),
    )
    if done:
        _goal, is_formal = done
        say_done(request, _("Saved. Each partner must consent to it anew.") if is_formal else _("Saved."))
        return redirect(goal)
    intro = "" if goal.plan.status == SharedPlan.Status.DRAFT else _(
        "Each partner consents to the name, the measure, the baseline, the target and the due day. If one of them"
        " changes, each must consent anew."
    )  # fmt: skip
    shown = goal_form_context(goal, _("Edit this goal"), form, intro=intro)
    return render(request, "layouts/edit_form.html", context | shown)


@require_POST
def goal_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a goal that was added by mistake."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    try:
        editing.archive_goal(goal, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The goal is archived."), undo=reverse("meetings:goal_restore", args=[pk]))
    return redirect(goal)


@require_POST
def goal_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived goal."""
    goal = get_goal(request, pk)
    demand(request, KEEP, goal.plan)
    try:
        editing.restore_goal(goal, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The goal is restored."))
    return redirect(goal)
