"""Open a meeting, close and reopen it, and note that one took place."""

from datetime import datetime, timedelta

from django.utils.crypto import get_random_string
from django.utils.translation import ngettext

from meetings.models import Attendance, Meeting, MeetingRecord, Minutes, Motion
from meetings.room.locking import CannotRecord, lock_record
from meetings.room.roll import absent_rows
from meetings.scheduling.locking import lock_meeting
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

OPENS_BEFORE = timedelta(hours=1)
STAYS_OPEN = timedelta(days=14)  # how long after its end a meeting can be opened, and after closing be reopened
TOKEN_LENGTH, TOKEN_LETTERS = 12, "abcdefghjkmnpqrstuvwxyz23456789"  # typed by hand, too: no 1, l, 0, o


def why_not_open(meeting: Meeting, *, at: datetime) -> str:
    """Return why a meeting cannot be opened now; empty if it can."""
    if meeting.is_canceled or meeting.series.is_archived:
        return _("This meeting was canceled.")
    if at < meeting.starts_at - OPENS_BEFORE:
        return _("A meeting can be opened from one hour before its start.")
    if at > meeting.ends_at + STAYS_OPEN:
        return _("This meeting ended more than 14 days ago. It can no longer be opened.")
    return ""


@recorded
def open_meeting(meeting: Meeting, *, by: User | None, at: datetime) -> MeetingRecord:
    """Open a meeting, and fix its voting seats and its quorum as they are now. Who opens it second changes nothing.

    :raises CannotRecord: if it was canceled or closed, or it is too early or too late.
    """
    meeting = lock_meeting(meeting)
    MeetingRecord.objects.get_or_create(meeting=meeting, defaults={"check_in_token": new_token()})
    record = _lock(meeting)
    if record.is_open:
        return record
    if record.closed_at is not None:
        raise CannotRecord(_("This meeting is closed. Reopen it to change what was recorded."))
    if refusal := why_not_open(meeting, at=at):
        raise CannotRecord(refusal)
    record.voting_seats = meeting.group.seats.current().filter(is_voting=True).count()
    record.seats_needed = meeting.group.seats_for_quorum(record.voting_seats)
    record.opened_at = at
    record.save(update_fields=["voting_seats", "seats_needed", "opened_at"])
    _set_status(meeting, Meeting.Status.PLANNED)
    return record


def new_token() -> str:
    """Return the secret of the address at which people check in."""
    return get_random_string(TOKEN_LENGTH, TOKEN_LETTERS)


@recorded
def close_meeting(meeting: Meeting, *, by: User | None, at: datetime) -> MeetingRecord:
    """Close a meeting: it was held, and seats of which nothing was recorded were absent.

    :raises CannotRecord: if it was not opened, or a motion is not decided.
    """
    meeting = lock_meeting(meeting)
    record = _lock(meeting)
    if record.opened_at is None:
        raise CannotRecord(_("This meeting is not open. Open it first."))
    if record.closed_at is not None:
        return record
    if number := meeting.motions.filter(state=Motion.State.OPEN).count():
        words = ngettext(
            "%(number)d motion is not decided. Record its result, table it, or withdraw it first.",
            "%(number)d motions are not decided. Record their results, table or withdraw them first.",
            number,
        )
        raise CannotRecord(words % {"number": number})
    Attendance.objects.bulk_create(absent_rows(meeting, at=at))
    record.closed_at = at
    record.save(update_fields=["closed_at"])
    _set_status(meeting, Meeting.Status.HELD)
    return record


@recorded
def reopen_meeting(meeting: Meeting, *, reason: str, by: User | None, at: datetime) -> None:
    """Reopen a meeting to correct what was recorded.

    :raises CannotRecord: if it was closed more than 14 days ago, or its minutes are approved.
    """
    meeting = lock_meeting(meeting)
    record = _lock(meeting)
    if record.opened_at is None:
        raise CannotRecord(_("This meeting was never opened."))
    if record.closed_at is None:
        return
    if refusal := why_not_reopen(record, at=at):
        raise CannotRecord(refusal)
    if not reason:
        raise CannotRecord(_("Enter the reason."), field="reason")
    record.closed_at, record.reopened_because = None, reason
    record.save(update_fields=["closed_at", "reopened_because"])
    _set_status(meeting, Meeting.Status.PLANNED)


def why_not_reopen(record: MeetingRecord, *, at: datetime) -> str:
    """Return why a closed meeting cannot be reopened now; empty if it can."""
    if record.closed_at is not None and at > record.closed_at + STAYS_OPEN:
        return _("This meeting was closed more than 14 days ago. It can no longer be reopened.")
    if Minutes.objects.filter(meeting=record.meeting_id, status=Minutes.Status.APPROVED).exists():
        return _("The minutes of this meeting are approved. It can no longer be reopened.")
    return ""


@recorded
def mark_held(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """Note that a meeting took place of which nothing was recorded here.

    :raises CannotRecord: if it was canceled, is not over yet, or is open.
    """
    meeting = lock_meeting(meeting)
    if meeting.status == Meeting.Status.HELD:
        return
    if meeting.is_canceled:
        raise CannotRecord(_("This meeting was canceled."))
    if at < meeting.ends_at:
        raise CannotRecord(_("This meeting is not over yet."))
    if _was_opened(meeting):
        raise CannotRecord(_("This meeting is open. Close it instead."))
    _set_status(meeting, Meeting.Status.HELD)


@recorded
def unmark_held(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """Take back that a meeting took place.

    :raises CannotRecord: if something was recorded at it.
    """
    meeting = lock_meeting(meeting)
    if _was_opened(meeting):
        raise CannotRecord(_("This meeting has a record."))
    if meeting.status == Meeting.Status.HELD:
        _set_status(meeting, Meeting.Status.PLANNED)


def _lock(meeting: Meeting) -> MeetingRecord:
    record = lock_record(meeting)
    if record is None:
        raise CannotRecord(_("This meeting was never opened."))
    return record


def _was_opened(meeting: Meeting) -> bool:
    return MeetingRecord.objects.filter(meeting=meeting, opened_at__isnull=False).exists()


def _set_status(meeting: Meeting, status: str) -> None:
    if meeting.status != status:
        meeting.status = status
        meeting.save(update_fields=["status"])
