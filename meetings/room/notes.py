"""Notes taken at a meeting, saved as they are typed."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.groups.groups import demand_no_personal_data
from meetings.models import AgendaItem, Meeting, MeetingNote
from meetings.room.locking import CannotRecord, lock_record
from onestop.accounts.models import User
from onestop.editing.versions import ChangedMeanwhile
from onestop.history.tracking import recorded


def note_of(meeting: Meeting, item: AgendaItem | None) -> MeetingNote | None:
    """Return the notes on an item, or on the meeting as a whole."""
    return MeetingNote.objects.select_related("saved_by").filter(meeting=meeting, item=item).first()


@recorded
def save_note(
    meeting: Meeting, item: AgendaItem | None, *, text: str, version: int, by: User, at: datetime
) -> MeetingNote | None:
    """Save notes from the version that the person saw (0 before the first); nothing is written if nothing differs.

    They can also be saved once the meeting is closed: what was typed without a connection arrives later.

    :raises ChangedMeanwhile: if somebody else has saved other notes since.
    :raises CannotRecord: if the meeting was never opened.
    """
    record = lock_record(meeting)
    if record is None or record.opened_at is None:
        raise CannotRecord(_("This meeting is not open. Open it first."))
    if record.meeting.group.is_support_team:
        demand_no_personal_data(text)
    note = note_of(meeting, item)
    if (note.text if note else "") == text:
        return note
    if version != (note.version if note else 0):
        raise ChangedMeanwhile(_("Someone else saved these notes while you were writing."))
    if note is None:
        return MeetingNote.objects.create(meeting=meeting, item=item, text=text, saved_at=at, saved_by=by)
    note.text, note.version, note.saved_at, note.saved_by = text, note.version + 1, at, by
    note.save(update_fields=["text", "version", "saved_at", "saved_by"])
    return note
