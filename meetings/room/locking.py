"""Lock the record of a meeting before anything in it changes."""

from django.utils.translation import gettext as _

from meetings.models import Meeting, MeetingRecord
from onestop.editing.refusals import Refused


class CannotRecord(Refused):
    """Something cannot be recorded at a meeting like this; the message says why."""


class RecordedMeanwhile(CannotRecord):
    """Somebody else has recorded something else since the page was shown."""


def lock_record(meeting: Meeting) -> MeetingRecord | None:
    """Lock the record of a meeting, and return it as it is now; ``None`` if there is none.

    Everything at a meeting happens under this lock: the roll, check-ins, votes, notes, opening and closing it.
    """
    # Lock: nobody votes at a meeting that is being closed, and two clerks see what the other recorded.
    rows = MeetingRecord.objects.select_for_update(of=("self",)).select_related("meeting__series", "meeting__group")
    return rows.filter(meeting=meeting.pk).first()


def lock_open(meeting: Meeting) -> MeetingRecord:
    """Lock the record of a meeting that is going on.

    :raises CannotRecord: if the meeting was not opened, or is closed.
    """
    record = lock_record(meeting)
    if record is None or record.opened_at is None:
        raise CannotRecord(_("This meeting is not open. Open it first."))
    if record.closed_at is not None:
        raise CannotRecord(_("This meeting is closed. Reopen it to change what was recorded."))
    return record
