"""Draft the minutes of a meeting from what was recorded, and edit them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from meetings.groups.groups import demand_no_personal_data
from meetings.minutes.draft_text import draft_text
from meetings.minutes.records import recorded_of
from meetings.models import Meeting, MeetingRecord, Minutes
from meetings.scheduling.locking import lock_meeting
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

FACTS = ("text",)


class CannotKeepMinutes(Refused):
    """Minutes cannot be drafted or changed like this."""


@recorded
def draft_minutes(meeting: Meeting, *, by: User | None, at: datetime) -> Minutes:
    """Draft the minutes of a meeting that is over; if there are some already, return them as they are.

    :raises CannotKeepMinutes: if the meeting goes on, has not begun, or was canceled.
    """
    # Lock: of two people who draft at once, the second finds the draft of the first.
    meeting = lock_meeting(meeting)
    known = Minutes.objects.filter(meeting=meeting).first()
    if known:
        return known
    if why := why_no_minutes(meeting, at):
        raise CannotKeepMinutes(why)
    text = draft_text(recorded_of(meeting))
    return Minutes.objects.create(meeting=meeting, text=text, drafted_at=at, drafted_by=by)


def why_no_minutes(meeting: Meeting, at: datetime) -> str:
    """Return why minutes of a meeting cannot be drafted; "" if they can. One query."""
    if meeting.is_canceled:
        return _("This meeting was canceled.")
    record = MeetingRecord.objects.filter(meeting=meeting).first()
    if record and record.is_open:
        return _("The meeting goes on. Close it first.")
    is_over = meeting.status == Meeting.Status.HELD or bool(record and record.closed_at) or meeting.ends_at <= at
    return "" if is_over else _("This meeting has not taken place yet.")


@recorded
def draft_again(minutes: Minutes, *, by: User | None, at: datetime) -> Minutes:
    """Replace the text of a draft by what is recorded now; the history keeps what was typed.

    :raises CannotKeepMinutes: if they were sent for correction or approved.
    """
    meeting = lock_meeting(minutes.meeting)
    minutes = lock_minutes(minutes)
    if minutes.status != Minutes.Status.DRAFT:
        raise CannotKeepMinutes(_("These minutes were sent for correction. Edit their text instead."))
    minutes.text, minutes.drafted_at, minutes.drafted_by = draft_text(recorded_of(meeting)), at, by
    minutes.save(update_fields=["text", "drafted_at", "drafted_by"])
    return minutes


@recorded
def update_minutes(
    minutes: Minutes, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Minutes:
    """Edit the text of minutes that are not approved.

    :raises ChangedMeanwhile: if somebody else saved since ``version``.
    :raises CannotKeepMinutes: if they are approved.
    :raises CannotKeepGroup: if a support team names a person.
    """
    minutes = lock_minutes(minutes)
    set_text(minutes, facts, version=version)
    return minutes


def set_text(minutes: Minutes, facts: Mapping[str, Any], *, version: str = "") -> None:
    """Change the text of locked minutes, in the running transaction; refusals as of ``update_minutes``."""
    if minutes.is_approved:
        raise CannotKeepMinutes(_("These minutes are approved. Approved minutes never change."))
    demand_version(minutes, (), version)
    before = minutes.text
    changed = apply_facts(minutes, {name: facts[name] for name in FACTS if name in facts})
    if changed and minutes.meeting.group.is_support_team:
        demand_no_personal_data(*new_lines(before, minutes.text))
    if changed:
        minutes.save(update_fields=changed)


def new_lines(before: str, after: str) -> list[str]:
    """Return the lines of a text that an earlier one does not have: what was drafted of the record may stay."""
    known = set(before.split("\n"))
    return [line for line in after.split("\n") if line not in known]


def lock_minutes(minutes: Minutes) -> Minutes:
    """Lock minutes and return them as they are now, with their meeting and group, in the running transaction."""
    # Lock: an edit, a correction and the approval at the same moment see each other.
    rows = Minutes.objects.select_for_update(of=("self",)).with_meeting()
    return rows.get(pk=minutes.pk)
