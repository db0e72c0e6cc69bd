"""The steps of a raised issue: send it to the state, add a note, pass it on, answer, close, reopen."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.raised import get_issue, issue_form_context
from meetings.forms.raised import StepForm
from meetings.models import RaisedEntry
from meetings.raised import steps
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from partners.rules import demand

Kind = RaisedEntry.Kind


@idempotent
def raised_send(request: SignedIn, pk: int) -> HttpResponse:
    """Send an issue to the state."""
    words = _("Send to the state"), _("Sent. The administrators of the state get an email.")
    return _step(request, pk, "meetings.send_issue", Kind.SENT, steps.send_issue, words)


@idempotent
def raised_note(request: SignedIn, pk: int) -> HttpResponse:
    """Add a note to an issue."""
    words = _("Add a note"), _("The note is added.")
    return _step(request, pk, "meetings.follow_issue", Kind.NOTE, steps.note_issue, words)


@idempotent
def raised_pass_on(request: SignedIn, pk: int) -> HttpResponse:
    """Mark that an issue was passed on to the federal level."""
    words = _("Mark as passed on to the federal level"), _("Marked. Whoever raised the issue gets an email.")
    return _step(request, pk, "meetings.answer_issue", Kind.FEDERAL, steps.pass_on_issue, words)


@idempotent
def raised_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Answer an issue."""
    words = _("Answer the issue"), _("The answer is sent to whoever raised the issue.")
    return _step(request, pk, "meetings.answer_issue", Kind.ANSWER, steps.answer_issue, words)


@idempotent
def raised_close(request: SignedIn, pk: int) -> HttpResponse:
    """Close an issue."""
    words = _("Close the issue"), _("The issue is closed.")
    return _step(request, pk, "meetings.follow_issue", Kind.CLOSED, steps.close_issue, words)


@idempotent
def raised_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Reopen an issue."""
    words = _("Reopen the issue"), _("The issue is open again.")
    return _step(request, pk, "meetings.follow_issue", Kind.REOPENED, steps.reopen_issue, words)


def _step(
    request: SignedIn, pk: int, permission: str, kind: str, verb: Callable[..., Any], words: tuple[str, str]
) -> HttpResponse:
    """Show the form of a step; if it was sent and is valid, call the verb and go back to the issue."""
    issue = get_issue(request, pk)
    demand(request, permission, issue)
    title, said = words
    form = StepForm(request.POST or None, kind=kind)
    is_sent = form.is_bound and form.is_valid()
    if is_sent and save(form, lambda: verb(issue, **form.said, by=request.user, at=timezone.now())):
        say_done(request, said)
        return redirect(issue)
    entries = list(issue.entries.order_by("pk"))
    context = issue_form_context(issue, title, form, entries=entries, submit=title)
    return render(request, "meetings/raised/step_form.html", context)
