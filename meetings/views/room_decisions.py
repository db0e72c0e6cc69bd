"""Decisions and action items at a meeting, and items of the agenda that are done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.actions.actions import add_action
from meetings.context.lookups import get_meeting, get_of_meeting
from meetings.context.pages import room_form_context, room_url
from meetings.forms.room import DecisionForm, RoomActionForm
from meetings.models import AgendaItem, Decision
from meetings.room import decisions, items
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from partners.rules import demand


def _place(item_id: int | None) -> str:
    return f"item-{item_id}" if item_id else "whole"


# ---------------------------------------------------------------- Decisions
@idempotent
def decision_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a decision without a motion."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    initial = {"item": whole_number(request.GET.get("item"))}
    form = DecisionForm(request.POST or None, meeting=meeting, user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        added = save(
            form, lambda: decisions.add_decision(meeting, facts=form.facts, by=request.user, at=timezone.now())
        )
        if added:
            say_done(request, _("The decision is recorded."))
            return redirect(room_url(meeting, _place(added.item_id)))
    context = room_form_context(meeting, _("Record a decision"), form, submit=_("Record the decision"))
    return render(request, "layouts/form.html", context)


def _get(request: SignedIn, pk: int) -> Decision:
    decision: Decision = get_of_meeting(request, Decision.objects.all(), pk)
    demand(request, "meetings.plan_meetings", decision.meeting.group)
    return decision


def _initial(decision: Decision) -> dict[str, Any]:
    return {"text": decision.text, "item": decision.item_id, "serves": decision.serves}


def decision_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a decision."""
    decision = _get(request, pk)
    form = DecisionForm(
        request.POST or None, meeting=decision.meeting, user=request.user, initial=_initial(decision),
        version=version_of(decision),
    )  # fmt: skip
    done, context = save_edit(
        form,
        lambda: decisions.update_decision(
            decision, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        decision,
        lambda: _initial(Decision.objects.get(pk=pk)),
    )
    if done:
        say_done(request, _("The decision is saved."))
        return redirect(room_url(decision.meeting, _place(done.item_id)))
    shown = room_form_context(decision.meeting, _("Change the decision"), form, _place(decision.item_id))
    return render(request, "layouts/edit_form.html", context | shown)


@require_POST
def decision_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a decision that was recorded by mistake."""
    decision = _get(request, pk)
    try:
        decisions.remove_decision(decision, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The decision is removed."), undo=reverse("meetings:decision_restore", args=[pk]))
    return redirect(room_url(decision.meeting, _place(decision.item_id)))


@require_POST
def decision_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Undo the removal of a decision."""
    decision = _get(request, pk)
    try:
        decisions.restore_decision(decision, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The decision is restored."))
    return redirect(room_url(decision.meeting, _place(decision.item_id)))


# ---------------------------------------------------------------- Action items and items of the agenda
@idempotent
def room_action_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record what somebody will do, until when."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    initial = {"item": whole_number(request.GET.get("item"))}
    form = RoomActionForm(request.POST or None, meeting=meeting, initial=initial)
    if form.is_bound and form.is_valid():
        item = form.cleaned_data["item"]
        added = save(
            form,
            lambda: add_action(
                meeting.group, facts=form.facts, meeting=meeting, item=item, by=request.user, at=timezone.now()
            ),
        )
        if added:
            say_done(request, _("The action item is recorded."))
            return redirect(room_url(meeting, _place(item.pk if item else None)))
    context = room_form_context(meeting, _("Add an action item"), form, submit=_("Add action item"))
    return render(request, "layouts/form.html", context)


@require_POST
def room_item_done(request: SignedIn, pk: int) -> HttpResponse:
    """Mark an item of the agenda as done, or as not done yet."""
    item = get_of_meeting(request, AgendaItem.objects.all(), pk)
    demand(request, "meetings.plan_meetings", item.meeting.group)
    try:
        items.set_done(item, is_done=request.POST.get("done") == "1", by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    return redirect(room_url(item.meeting, _place(item.pk)))
