"""The timeline of one notice, its headers, and the steps of its reminder."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.notices.admin_scopes import AdminScope
from onestop.notices.models import Notice, Resend
from onestop.notices.redaction import headers_of as headers_for_others
from onestop.notices.reminder_rules import summary_of
from onestop.notices.reminders import Reminder, reminder_of
from onestop.ui.presentation import when

Status = Notice.Status
LOSSES: dict[str, dict[str, Any]] = {
    Status.FAILED: {"what": gettext_lazy("Not delivered"), "icon": "envelope-x", "kind": "now"},
    Status.UNCERTAIN: {"what": gettext_lazy("Delivery unknown"), "icon": "patch-question", "kind": "soon"},
}


def span(age: timedelta) -> str:
    """Return a duration in words: "40 seconds", "12 minutes", "3 hours", "2 days"."""
    seconds = max(0, round(age.total_seconds()))
    if seconds >= 86_400:
        number = seconds // 86_400
        text = ngettext("%(number)s day", "%(number)s days", number)
    elif seconds >= 3_600:
        number = seconds // 3_600
        text = ngettext("%(number)s hour", "%(number)s hours", number)
    elif seconds >= 60:
        number = seconds // 60
        text = ngettext("%(number)s minute", "%(number)s minutes", number)
    else:
        number = seconds
        text = ngettext("%(number)s second", "%(number)s seconds", number)
    return text % {"number": number}


def headers_of(notice: Notice) -> list[tuple[str, str]]:
    """Return the sender and the recipient of a notice."""
    return [(_("From"), notice.sender), (_("To"), notice.to)]


def technical_details_of(notice: Notice) -> list[tuple[str, str]]:
    """Return what only the operator sees: the internal names of the objects, and the other mail headers."""
    about = [(_("About"), ", ".join(notice.about))] if notice.about else []
    return [*about, ("Message-ID", notice.message_id), *headers_for_others(notice).items()]


def timeline_of(notice: Notice, admin: AdminScope) -> list[dict[str, Any]]:
    """Return the events of a notice, newest first, for components/timeline.html."""
    return list(_events(notice, admin))[::-1]


def _events(notice: Notice, admin: AdminScope) -> Iterator[dict[str, Any]]:
    yield {"what": _("Created"), "icon": "pencil", "kind": "way", "when": when(notice.written_at, "plain")}
    for again in notice.resends.all():
        yield from _before(again)
    if notice.status == Status.IN_APP_ONLY:
        yield {"what": _("In the portal only, as the person chose"), "icon": "bell", "kind": "good", "when": ""}
    if notice.status == Status.DIGEST_PENDING:
        yield {"what": _("Held for a digest"), "icon": "collection", "when": _due(notice)}
    yield from _tries(notice)
    yield from _accepted(notice.sent_at)
    yield from _end(notice, admin)
    if notice.read_at:
        yield {"what": _("Read in the portal"), "icon": "envelope-open", "when": when(notice.read_at, "plain")}


def _before(again: Resend) -> Iterator[dict[str, Any]]:
    """Yield the events before a notice was resent, and who resent it."""
    yield from _accepted(again.sent_before)
    lost = LOSSES[again.status_before]
    yield {**lost, "what": f"{lost['what']} ({again.to_before})", "when": again.error_before}
    yield {
        "what": _("Resent by %(person)s") % {"person": again.by.name},
        "icon": "send",
        "kind": "way",
        "when": when(again.at, "plain"),
    }


def _accepted(at: datetime | None) -> Iterator[dict[str, Any]]:
    if at:
        yield {"what": _("Accepted by the mail server"), "icon": "send", "kind": "good", "when": when(at, "plain")}


def _tries(notice: Notice) -> Iterator[dict[str, Any]]:
    if notice.attempts:
        tries = ngettext("%(number)s delivery attempt", "%(number)s delivery attempts", notice.attempts)
        error = notice.last_error if notice.status in (Status.QUEUED, Status.CLAIMED) else ""
        last = _("Last attempt: %(error)s") % {"error": error} if error else ""
        yield {"what": tries % {"number": notice.attempts}, "icon": "arrow-repeat", "when": last}
    yield from _expiry(notice)
    if notice.status == Status.QUEUED:
        yield {"what": _("Queued"), "icon": "hourglass-split", "when": _due(notice)}
    if notice.status == Status.CLAIMED:
        until = _("Until %(date)s") % {"date": when(notice.lease_until, "plain")}
        what = _("A worker is sending it") if notice.begun else _("A worker has claimed it")
        yield {"what": what, "icon": "send", "kind": "way", "when": until}


def _expiry(notice: Notice) -> Iterator[dict[str, Any]]:
    """Yield until when a notice that was not sent yet makes sense."""
    if notice.expires_at and notice.status in (Status.DIGEST_PENDING, Status.QUEUED, Status.CLAIMED):
        until = _("If it is not sent by %(date)s") % {"date": when(notice.expires_at, "plain")}
        yield {"what": _("Will be withdrawn"), "icon": "calendar-x", "when": until}


def _due(notice: Notice) -> str:
    return _("Due %(date)s") % {"date": when(notice.due_at, "plain")}


def _end(notice: Notice, admin: AdminScope) -> Iterator[dict[str, Any]]:
    if notice.status == Status.DIGESTED and notice.carrier:
        what = _("Sent in the digest “%(digest)s”") % {"digest": notice.carrier.subject}
        event = {"what": what, "icon": "collection", "kind": "good"}
        if admin.holds(notice.carrier.scope):
            event["url"] = admin.address("detail", notice.carrier_id)
        yield {**event, "when": when(notice.carrier.sent_at or notice.carrier.written_at, "plain")}
    if notice.status in LOSSES:
        yield {**LOSSES[notice.status], "when": notice.last_error}
    if notice.status == Status.WITHDRAWN:
        yield {"what": _("Withdrawn"), "icon": "arrow-counterclockwise", "when": notice.withdrawn_why}


# ---------------------------------------------------------------- Reminders
def reminder_of_notice(notice: Notice) -> Reminder | None:
    """Return the reminder that a notice is a step of, or None."""
    return reminder_of(notice.matter.partition(":")[0]) if notice.matter and notice.step else None


def path_of(notice: Notice) -> list[dict[str, str]]:
    """Return the current steps of the notice's reminder, for components/steps.html."""
    reminder = reminder_of_notice(notice)
    if reminder is None:
        return []
    steps = summary_of(reminder, notice.scope).steps
    return [
        {
            "what": _("Day %(day)s") % {"day": step.after_days},
            "note": str(reminder.circles.get(step.whom, step.whom)),
            "state": "done" if number < (notice.step or 0) else "here" if number == notice.step else "",
        }
        for number, step in enumerate(steps, start=1)
    ]
