"""Minutes that everybody may read, without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.lookups import get_public_minutes
from meetings.minutes import reading
from meetings.pdfs.reading import public_pdf_of
from meetings.pdfs.texts import file_name
from onestop.files.document_pages import file_response
from onestop.ops.languages import in_languages


@in_languages
@login_not_required
def minutes_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Show public minutes to everybody."""
    minutes = get_public_minutes(pk)
    timezone.activate(minutes.meeting.series.zone_info)
    context = {
        "title": _("Minutes of %(group)s") % {"group": minutes.meeting.group.name},
        "minutes": minutes,
        "meeting": minutes.meeting,
        "group": minutes.meeting.group,
        "html": reading.html_of(minutes),
        "chip": reading.chip_of(minutes),
        "motion": minutes.approved_by,
        "pdf": public_pdf_of(minutes),
    }
    return render(request, "meetings/minutes/minutes_public.html", context)


@login_not_required
def minutes_public_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download public minutes as a PDF; before it is made, go to their page."""
    minutes = get_public_minutes(pk)
    made = public_pdf_of(minutes)
    if made is None:
        return redirect("meetings:minutes_public", pk)
    return file_response(request, made, file_name(minutes.meeting, made.kind))
