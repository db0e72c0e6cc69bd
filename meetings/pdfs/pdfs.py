"""PDFs of meetings: which one is requested, and how it is made (see ``onestop.files.documents``)."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from meetings.agendas.reading import agenda_of
from meetings.minutes.drafting import CannotKeepMinutes
from meetings.models import Meeting, MeetingPdf, Minutes
from meetings.pdfs import texts
from meetings.pdfs.packet import make_packet
from meetings.pdfs.papers import papers_of
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.document_notices import tell_of_document
from onestop.files.documents import Maker, Report
from onestop.files.pdf import MadePdf, make_pdf

KEPT = timedelta(days=30)  # PDFs of minutes that are not public; packets stay
Kind, Status = MeetingPdf.Kind, MeetingPdf.Status


class CannotMakePacket(Refused):
    """A packet cannot be made like this."""


# ---------------------------------------------------------------- Requests
@transaction.atomic
def ask_for_packet(meeting: Meeting, *, by: User, at: datetime) -> MeetingPdf:
    """Request the packet of a meeting as it is now, unless the same is ready or in progress.

    :raises CannotMakePacket: if the meeting was canceled, or its agenda is empty.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    if meeting.is_canceled:
        raise CannotMakePacket(_("This meeting was canceled."))
    agenda = agenda_of(meeting)
    if not agenda.items:
        raise CannotMakePacket(_("The agenda is empty. Add its items first."))
    today = at.astimezone(meeting.series.zone_info).date()
    html = texts.packet_html(meeting, agenda, user=by, today=today)
    return _ask(meeting, Kind.PACKET, html, papers_of(agenda), by=by, at=at)


@transaction.atomic
def ask_for_minutes(minutes: Minutes, *, by: User | None, at: datetime) -> MeetingPdf:
    """Request a PDF of minutes as they are now, unless the same is ready or in progress. ``None`` is the portal.

    :raises CannotKeepMinutes: if a draft is asked for in nobody's name.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    if by is None and not minutes.is_public:
        raise CannotKeepMinutes(_("These minutes are not public."))
    return _ask(minutes.meeting, Kind.MINUTES, texts.minutes_html(minutes), [], by=by, at=at)


def digest_of(html: str, papers: list[dict[str, Any]]) -> str:
    """Return the hash of the contents of a PDF."""
    return hashlib.sha256(f"{html}\0{json.dumps(papers, sort_keys=True)}".encode()).hexdigest()


@transaction.atomic
def try_again(failed: MeetingPdf, *, by: User, at: datetime) -> None:
    """Request a failed PDF again.

    :raises Refused: if it did not fail.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(failed.meeting_id, by)
    asked = MeetingPdf.objects.get(pk=failed.pk)
    if asked.status != Status.FAILED:
        raise Refused(_("This PDF is ready or already in progress."))
    MAKER.demand_free(by)
    MAKER.queue(asked, by=by, at=at)


def _ask(
    meeting: Meeting, kind: str, html: str, papers: list[dict[str, Any]], *, by: User | None, at: datetime
) -> MeetingPdf:
    _one_asks_at_a_time(meeting.pk, by)
    same = {"meeting": meeting, "kind": kind, "digest": digest_of(html, papers)}
    there = MeetingPdf.objects.filter(**same).first()
    if there:
        return there
    MAKER.demand_free(by)
    return MAKER.queue(MeetingPdf(**same, html=html, papers=papers), by=by, at=at)


def _one_asks_at_a_time(meeting: int, by: User | None) -> None:
    # Lock: of two requests by one person, or for one meeting, the second must find the first.
    if by:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    Meeting.objects.select_for_update(no_key=True).get(pk=meeting)


# ---------------------------------------------------------------- Work
def make(asked: MeetingPdf, report: Report) -> MadePdf:
    """Return the requested PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    if asked.kind == Kind.PACKET:
        return make_packet(asked, report)

    def page_done(number: int) -> None:
        report(min(0.1 + 0.1 * number, 0.95), _("Laying out page %(number)s") % {"number": number})

    return make_pdf(asked.html, pages_done=page_done)


def tell(asked: MeetingPdf, at: datetime) -> None:
    """Tell the person who asked that a PDF is ready, or could not be made."""
    group = asked.meeting.group
    title = f"{asked.get_kind_display()}, {asked.meeting.title}"
    tell_of_document(asked, title=title, scope=group.area or group, at=at)


MAKER = Maker(
    MeetingPdf,
    task="meetings.tasks.make_meeting_pdf",  # no translation: a name
    make=make,
    emptied={"html": ""},
    tell=tell,
)


# ---------------------------------------------------------------- By the clock
def print_public(*, at: datetime) -> int:
    """Request the PDFs of public minutes that have none since they were published or approved; return how many."""
    changed = Greatest(F("published_at"), Coalesce(F("approved_at"), F("published_at")))
    there = MeetingPdf.objects.filter(
        meeting=OuterRef("meeting"), kind=Kind.MINUTES, asked_at__gte=OuterRef("last_changed_at")
    )
    rows = Minutes.objects.public().annotate(last_changed_at=changed).filter(~Exists(there)).with_meeting()
    asked = [ask_for_minutes(minutes, by=None, at=at) for minutes in rows.order_by("pk")[:200]]
    return len(asked)


def clean_up(*, at: datetime) -> int:
    """Delete old PDFs of minutes that nobody needs, and old requests that failed; return how many were deleted."""
    old = MeetingPdf.objects.filter(asked_at__lt=at - KEPT)
    public = Minutes.objects.public().values("meeting")
    outdated = Q(kind=Kind.MINUTES) & ~Q(meeting__in=public) | ~Q(status=Status.READY)
    return MAKER.delete_all(old.filter(outdated), at=at)
