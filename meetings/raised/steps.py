"""The way of an issue: sent to the state, passed on to the federal level, answered, closed, reopened."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.models import RaisedEntry, RaisedIssue
from meetings.raised.refusals import CannotRaise, demand_no_customer, demand_status, lock_issue
from meetings.raised.telling import tell_about
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Kind, Status = RaisedEntry.Kind, RaisedIssue.Status


@recorded
def send_issue(issue: RaisedIssue, *, text: str = "", vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Send an issue to the state, with what it needs to know, and tell its administrators.

    :raises CannotRaise: if it was sent or closed already, or the text may identify a customer.
    """
    issue = lock_issue(issue)
    demand_status(issue, Status.OPEN)
    issue.status, issue.sent_at = Status.SENT, at
    return _step(issue, Kind.SENT, text, vouched=vouched, by=by, at=at)


@recorded
def note_issue(issue: RaisedIssue, *, text: str, vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Add a note to an issue: what was found out, or what was asked.

    :raises CannotRaise: if the text is empty, or may identify a customer.
    """
    issue = lock_issue(issue)
    _demand_text(text)
    return _step(issue, Kind.NOTE, text, vouched=vouched, by=by, at=at)


@recorded
def pass_on_issue(issue: RaisedIssue, *, text: str = "", vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Mark that an issue was passed on to the federal level.

    :raises CannotRaise: unless it waits at the state, or if the text may identify a customer.
    """
    issue = lock_issue(issue)
    demand_status(issue, Status.SENT)
    issue.status = Status.FEDERAL
    return _step(issue, Kind.FEDERAL, text, vouched=vouched, by=by, at=at)


@recorded
def answer_issue(issue: RaisedIssue, *, text: str, vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Answer an issue: the answer goes down to whoever raised it.

    :raises CannotRaise: unless it waits at the state or the federal level, if there is no answer, or the text may
        identify a customer.
    """
    issue = lock_issue(issue)
    demand_status(issue, Status.SENT, Status.FEDERAL)
    _demand_text(text)
    issue.status, issue.answered_at = Status.ANSWERED, at
    return _step(issue, Kind.ANSWER, text, vouched=vouched, by=by, at=at)


@recorded
def close_issue(issue: RaisedIssue, *, text: str, vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Close an issue, with the reason: it is solved, or needs no answer any more.

    :raises CannotRaise: if it is closed already, there is no reason, or the text may identify a customer.
    """
    issue = lock_issue(issue)
    demand_status(issue, *RaisedIssue.WAITING, Status.ANSWERED)
    _demand_text(text)
    issue.status = Status.CLOSED
    return _step(issue, Kind.CLOSED, text, vouched=vouched, by=by, at=at)


@recorded
def reopen_issue(issue: RaisedIssue, *, text: str, vouched: bool = False, by: User, at: datetime) -> RaisedEntry:
    """Reopen an answered or closed issue: it waits again where it waited before, at the state if it was sent there.

    :raises CannotRaise: if it waits anyway, there is no reason, or the text may identify a customer.
    """
    issue = lock_issue(issue)
    demand_status(issue, Status.ANSWERED, Status.CLOSED)
    _demand_text(text)
    issue.status, issue.answered_at = Status.SENT if issue.sent_at else Status.OPEN, None
    return _step(issue, Kind.REOPENED, text, vouched=vouched, by=by, at=at)


def _demand_text(text: str) -> None:
    if not text.strip():
        raise CannotRaise(_("Enter a text."), field="text")


def _step(issue: RaisedIssue, kind: str, text: str, *, vouched: bool, by: User, at: datetime) -> RaisedEntry:
    """Save a locked issue, write what happened, and tell those whom it concerns."""
    demand_no_customer({"text": text}, vouched=vouched)
    issue.save(update_fields=["status", "sent_at", "answered_at"])
    entry = RaisedEntry.objects.create(issue=issue, kind=kind, text=text, name=by.name, by=by, at=at)
    tell_about(issue, entry, by=by, at=at)
    return entry
