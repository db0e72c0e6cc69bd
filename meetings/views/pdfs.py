"""PDFs of meetings: request a packet or minutes, page with progress, try again, download."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_meeting, get_minutes, get_pdf
from meetings.context.pages import meeting_breadcrumbs
from meetings.models import MeetingPdf
from meetings.pdfs import pdfs
from meetings.pdfs.texts import file_name
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.files.document_pages import file_response, progress_response, show_what_waits
from onestop.files.documents import AlreadyWaiting
from partners.rules import demand, may


@require_POST
@idempotent
def packet_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Request the packet of a meeting as it is now."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.make_packet", meeting.group)
    try:
        return redirect(pdfs.ask_for_packet(meeting, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect(meeting)


@require_POST
@idempotent
def minutes_pdf_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Request a PDF of minutes as they are now."""
    minutes = get_minutes(request, pk)
    try:
        return redirect(pdfs.ask_for_minutes(minutes, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


def pdf_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show how far a PDF is, and the link to it when it is ready."""
    made = get_pdf(request, pk)
    context = {
        "title": f"{made.get_kind_display()}, {made.meeting.title}",
        "crumbs": meeting_breadcrumbs(made.meeting),
        "here": made.get_kind_display(),
        "meeting": made.meeting,
        "made": made,
        "progress": pdfs.MAKER.progress_of(made),
        "interrupted": pdfs.MAKER.is_interrupted(made),
        "may_retry": _may_retry(request, made),
    }
    return render(request, "meetings/pdfs/pdf_detail.html", context)


def pdf_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress; reload the page when the work is done."""
    return progress_response(request, pdfs.MAKER, get_pdf(request, pk))


@require_POST
def pdf_again(request: SignedIn, pk: int) -> HttpResponse:
    """Try once more what could not be made."""
    made = get_pdf(request, pk)
    if made.kind == MeetingPdf.Kind.PACKET:
        demand(request, "meetings.make_packet", made.meeting.group)
    try:
        pdfs.try_again(made, by=request.user, at=timezone.now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(made)


def _may_retry(request: SignedIn, made: MeetingPdf) -> bool:
    is_packet = made.kind == MeetingPdf.Kind.PACKET
    return not is_packet or may(request.user, "meetings.make_packet", made.meeting.group)


def pdf_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a PDF under a descriptive name."""
    made = get_pdf(request, pk)
    return file_response(request, made, file_name(made.meeting, made.kind))
