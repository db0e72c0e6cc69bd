"""What becomes of an action item: done, progress, another day; moved, dropped, reopened, removed, restored."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.actions import actions, reports
from meetings.context.lookups import get_action
from meetings.context.pages import action_form_context
from meetings.forms.actions import DayForm, DoneForm, DropForm, KeepForm, MoveForm, ProgressForm
from meetings.models import ActionItem
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.rules import demand

KEEP, REPORT = "meetings.keep_action", "meetings.report_action"


# ---------------------------------------------------------------- By whoever does it
def action_done(request: SignedIn, pk: int) -> HttpResponse:
    """Mark an action item as done, with what came of it."""
    action = get_action(request, pk)
    demand(request, REPORT, action)
    return _form_page(
        request,
        action,
        DoneForm(request.POST or None),
        lambda facts: reports.mark_done(action, outcome=facts["text"], by=request.user, at=timezone.now()),
        title=_("Mark as done"),
        done=_("Done. Thank you."),
    )


def action_progress(request: SignedIn, pk: int) -> HttpResponse:
    """Report progress on an action item."""
    action = get_action(request, pk)
    demand(request, REPORT, action)
    return _form_page(
        request,
        action,
        ProgressForm(request.POST or None),
        lambda facts: reports.report_progress(action, text=facts["text"], by=request.user, at=timezone.now()),
        title=_("Report progress"),
        done=_("Your report is recorded."),
    )


def action_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Ask those who run the group for another day."""
    action = get_action(request, pk)
    demand(request, REPORT, action)
    return _form_page(
        request,
        action,
        DayForm(request.POST or None),
        lambda facts: reports.ask_for_day(action, **facts, by=request.user, at=timezone.now()),
        title=_("Ask for another day"),
        done=_("Those who run the group are asked. Until they answer, the due day stays."),
    )


# ---------------------------------------------------------------- By those who run the group
def action_move(request: SignedIn, pk: int) -> HttpResponse:
    """Move the due day of an action item."""
    action = get_action(request, pk)
    demand(request, KEEP, action)
    return _form_page(
        request,
        action,
        MoveForm(request.POST or None, initial={"due_on": action.asked_due_on or action.due_on}),
        lambda facts: actions.move_due_day(action, **facts, by=request.user, at=timezone.now()),
        title=_("Move the due day"),
        done=_("The due day is moved. The day before stays in the history."),
    )


def action_keep_day(request: SignedIn, pk: int) -> HttpResponse:
    """Keep the due day although another one was asked for."""
    action = get_action(request, pk)
    demand(request, KEEP, action)
    return _form_page(
        request,
        action,
        KeepForm(request.POST or None),
        lambda facts: actions.keep_due_day(action, **facts, by=request.user, at=timezone.now()),
        title=_("Keep the due day"),
        done=_("The due day stays. Whoever asked is told."),
    )


def action_drop(request: SignedIn, pk: int) -> HttpResponse:
    """Drop an action item that is no longer needed."""
    action = get_action(request, pk)
    demand(request, KEEP, action)
    return _form_page(
        request,
        action,
        DropForm(request.POST or None),
        lambda facts: actions.drop_action(action, **facts, by=request.user, at=timezone.now()),
        title=_("Drop this action item"),
        done=_("The action item is dropped."),
        undo=reverse("meetings:action_reopen", args=[pk]),
    )


def _form_page(
    request: SignedIn,
    action: ActionItem,
    form: forms.Form,
    verb: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    done: str,
    undo: str = "",
) -> HttpResponse:
    """Show one form about an item; once it is sent, call the verb with its values."""
    if form.is_bound and form.is_valid() and save(form, lambda: verb(form.cleaned_data)):
        say_done(request, done, undo=undo)
        return redirect(action)
    context = action_form_context(request, action, title, form, submit=title, intro=action.text)
    return render(request, "layouts/form.html", context)


@require_POST
def action_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Open an action item again."""
    return _move(request, pk, actions.reopen_action, _("The action item is open again."))


@require_POST
def action_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an action item that was added by mistake."""
    undo = reverse("meetings:action_restore", args=[pk])
    return _move(request, pk, actions.archive_action, _("The action item is removed."), undo=undo)


@require_POST
def action_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an action item that was removed."""
    return _move(request, pk, actions.restore_action, _("The action item is restored."))


def _move(request: SignedIn, pk: int, verb: Callable[..., Any], done: str, undo: str = "") -> HttpResponse:
    action = get_action(request, pk)
    demand(request, KEEP, action)
    try:
        verb(action, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(action)
