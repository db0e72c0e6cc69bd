"""Which PDFs of a meeting somebody may open, and what its page shows of them."""

from typing import Any

from django.db.models import Q

from meetings.minutes.reading import may_read
from meetings.models import Meeting, MeetingPdf, MeetingRecord, Minutes
from meetings.pdfs import texts
from meetings.pdfs.pdfs import digest_of
from partners.rules import may

MOST_PACKETS = 10


def may_open(user: Any, made: MeetingPdf) -> bool:
    """Return whether somebody who sees the group may open one of its PDFs.

    Members see packets once the agenda is known. Of minutes they may read, they see the text as it is now, and PDFs
    that they requested themselves; never an earlier draft.
    """
    if may(user, "meetings.make_packet", made.meeting.group):
        return True
    if made.kind == MeetingPdf.Kind.PACKET:
        return agenda_is_known(made.meeting)
    minutes = Minutes.objects.with_meeting().filter(meeting=made.meeting_id).first()
    if minutes is None or not may_read(user, minutes):
        return False
    return made.asked_by_id == user.pk or made.digest == digest_of(texts.minutes_html(minutes), [])


def agenda_is_known(meeting: Meeting) -> bool:
    """Return whether members see the agenda: it was published, or the meeting was opened."""
    known = Q(agenda_published_at__isnull=False) | Q(opened_at__isnull=False)
    return MeetingRecord.objects.filter(known, meeting=meeting).exists()


def packets_context(meeting: Meeting, *, user: Any) -> dict[str, Any]:
    """Return the packets of a meeting, the latest first; three queries besides those of rights."""
    may_make = may(user, "meetings.make_packet", meeting.group)
    if not (may_make or agenda_is_known(meeting)):
        return {"packets": (), "may_make_packet": False}
    rows = MeetingPdf.objects.filter(meeting=meeting, kind=MeetingPdf.Kind.PACKET).select_related("asked_by")
    has_items = meeting.agenda_items.on_agenda().exists()
    return {
        "packets": list(rows.order_by("-asked_at")[:MOST_PACKETS]),
        "may_make_packet": may_make and has_items and not meeting.is_canceled,
    }


def public_pdf_of(minutes: Minutes) -> MeetingPdf | None:
    """Return the ready PDF of public minutes as they are now, if it was made."""
    rows = MeetingPdf.objects.filter(meeting=minutes.meeting_id, kind=MeetingPdf.Kind.MINUTES)
    ready = rows.filter(status=MeetingPdf.Status.READY, digest=digest_of(texts.minutes_html(minutes), []))
    return ready.first()
