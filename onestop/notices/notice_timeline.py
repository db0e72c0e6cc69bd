"""What became of one notice, told in words: its story, its headers, and how its reminder goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from onestop.notices.admin_scopes import AdminScope
from onestop.notices.models import Notice, Resend
from onestop.notices.reminder_rules import summary_of
from onestop.notices.reminders import Reminder, reminder_of
from onestop.ui.presentation import when

Status = Notice.Status
LOSSES: dict[str, dict[str, Any]] = {
    Status.FAILED: {"what": "Not delivered", "icon": "envelope-x", "kind": "now"},
    Status.UNCERTAIN: {"what": "Perhaps sent: nobody can know", "icon": "patch-question", "kind": "soon"},
}


def span(age: timedelta) -> str:
    """Return a span of time in words: "40 seconds", "12 minutes", "3 hours", "2 days"."""
    seconds = max(0, round(age.total_seconds()))
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= length or length == 1:
            number = seconds // length
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return ""


def headers_of(notice: Notice) -> list[tuple[str, str]]:
    """Return the headers of the e-mail that every notice has."""
    return [("From", notice.sender), ("To", notice.to), ("Message-ID", notice.message_id)]


def timeline_of(notice: Notice, admin: AdminScope) -> list[dict[str, Any]]:
    """Return what happened to a notice, newest first, for components/timeline.html."""
    return list(_events(notice, admin))[::-1]


def _events(notice: Notice, admin: AdminScope) -> Iterator[dict[str, Any]]:
    yield {"what": "Written", "icon": "pencil", "kind": "way", "when": when(notice.written_at, "plain")}
    for again in notice.resends.all():
        yield from _before(again)
    if notice.status == Status.IN_APP_ONLY:
        yield {"what": "Told in the portal only, as the person chose", "icon": "bell", "kind": "good", "when": ""}
    if notice.status == Status.DIGEST_PENDING:
        due = when(notice.due_at, "plain")
        yield {"what": "Waits for a digest of theirs", "icon": "collection", "when": f"Due {due}"}
    yield from _tries(notice)
    yield from _taken(notice.sent_at)
    yield from _end(notice, admin)
    if notice.read_at:
        yield {"what": "Read in the portal", "icon": "envelope-open", "when": when(notice.read_at, "plain")}


def _before(again: Resend) -> Iterator[dict[str, Any]]:
    """Yield what had become of a notice until somebody sent it again, and who did."""
    yield from _taken(again.sent_before)
    lost = LOSSES[again.status_before]
    yield {**lost, "what": f"{lost['what']} ({again.to_before})", "when": again.error_before}
    yield {"what": f"Sent again by {again.by.name}", "icon": "send", "kind": "way", "when": when(again.at, "plain")}


def _taken(at: datetime | None) -> Iterator[dict[str, Any]]:
    if at:
        yield {"what": "Taken by the mail server", "icon": "send", "kind": "good", "when": when(at, "plain")}


def _tries(notice: Notice) -> Iterator[dict[str, Any]]:
    if notice.attempts:
        tries = "1 try to hand it over" if notice.attempts == 1 else f"{notice.attempts} tries to hand it over"
        said = notice.last_error if notice.status in (Status.QUEUED, Status.CLAIMED) else ""
        yield {"what": tries, "icon": "arrow-repeat", "when": f"The last one: {said}" if said else ""}
    if notice.status == Status.QUEUED:
        yield {"what": "Waits to be sent", "icon": "hourglass-split", "when": f"Due {when(notice.due_at, 'plain')}"}
    if notice.status == Status.CLAIMED:
        begun = "A worker is handing it over" if notice.begun else "A worker has it in hand"
        yield {"what": begun, "icon": "send", "kind": "way", "when": f"Until {when(notice.lease_until, 'plain')}"}


def _end(notice: Notice, admin: AdminScope) -> Iterator[dict[str, Any]]:
    if notice.status == Status.DIGESTED and notice.carrier:
        told = {"what": f"Told in the digest “{notice.carrier.subject}”", "icon": "collection", "kind": "good"}
        if admin.holds(notice.carrier.scope):
            told["url"] = admin.address("detail", notice.carrier_id)
        yield {**told, "when": when(notice.carrier.sent_at or notice.carrier.written_at, "plain")}
    if notice.status in LOSSES:
        yield {**LOSSES[notice.status], "when": notice.last_error}
    if notice.status == Status.WITHDRAWN:
        yield {"what": "Withdrawn", "icon": "arrow-counterclockwise", "when": notice.withdrawn_why}


# ---------------------------------------------------------------- Of a reminder
def reminder_of_notice(notice: Notice) -> Reminder | None:
    """Return the reminder of which a notice is a step, if it is one and is still declared."""
    return reminder_of(notice.matter.partition(":")[0]) if notice.matter and notice.step else None


def path_of(notice: Notice) -> list[dict[str, str]]:
    """Return the steps of the notice's reminder, as they count now, for components/steps.html."""
    reminder = reminder_of_notice(notice)
    if reminder is None:
        return []
    steps = summary_of(reminder, notice.scope).steps
    return [
        {
            "what": f"Day {step.after_days}",
            "note": reminder.circles.get(step.whom, step.whom),
            "state": "done" if number < (notice.step or 0) else "here" if number == notice.step else "",
        }
        for number, step in enumerate(steps, start=1)
    ]
