"""One open meeting as an entry for the calendar of whoever wants to come."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings import ical
from meetings.models import Meeting


def entry_of(meeting: Meeting, *, url: str, at: datetime) -> bytes:
    """Return a meeting as iCalendar (RFC 5545 PUBLISH), with the address of the public page."""
    event = ical.Event(
        uid=f"board-meeting-{meeting.pk}@meetings",
        sequence=meeting.series.sequence,
        stamp=at,
        start=meeting.local_start,
        minutes=meeting.minutes,
        summary=f"{meeting.group.name}: {meeting.title}" if meeting.title != meeting.group.name else meeting.title,
        location=meeting.where,
        description=_("Join online: %(link)s") % {"link": meeting.video_link} if meeting.video_link else "",
        url=url,
        status="CANCELLED" if meeting.is_canceled else "CONFIRMED",
    )
    return ical.calendar_of("PUBLISH", [event])
