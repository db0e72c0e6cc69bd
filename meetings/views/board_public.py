"""The public page of a board: for everyone, without an account, once it is published."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetings.board_page import reading
from meetings.board_page.calendars import entry_of
from meetings.models import BoardPage
from onestop.files.contents import contents_response
from onestop.files.models import StoredFile
from onestop.ops.languages import in_languages
from partners.models import LocalArea
from partners.network.public_pages import enter_public_area, public


@in_languages
@require_safe
@public
def board_public(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the board: its members, open meetings, minutes and by-laws, and how to ask for accommodation."""
    area, page = _enter(request, slug)
    at = timezone.now()
    context = {
        "title": area.board_name,
        "area": area,
        "page": page,
        "bylaws": reading.readable_bylaws(page),
        "members": reading.member_rows(area, today=timezone.localdate()) if page.shows_members else (),
        "coming": reading.coming_meetings(area, at=at),
        "past": reading.past_meetings(area, at=at),
        "canonical": settings.PUBLIC_URL + request.path,
        "today": timezone.localdate(),
    }
    return render(request, "meetings/board_page/public.html", context)


@require_safe
@login_not_required
def board_bylaws(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Download the by-laws of a board."""
    _area, page = _enter(request, slug)
    bylaws = reading.readable_bylaws(page)
    if bylaws is None:
        raise Http404("No by-laws.")
    return _send(bylaws)


@require_safe
@login_not_required
def board_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Download a public paper of the published agenda of an open meeting."""
    area, _page = _enter(request, slug)
    return _send(get_object_or_404(reading.public_papers(area), pk=pk).file)


@require_safe
@login_not_required
def board_meeting_entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Return an open meeting as an entry for a calendar."""
    area, _page = _enter(request, slug)
    meeting = get_object_or_404(reading.open_meetings(area).with_place(), pk=pk)
    url = settings.PUBLIC_URL + reverse("meetings:board_public", args=[slug])
    entry = entry_of(meeting, url=url, at=timezone.now())
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{pk}.ics"'
    return response


def _enter(request: HttpRequest, slug: str) -> tuple[LocalArea, BoardPage]:
    """Return an area and the public page of its board; 404 unless it is published."""
    area = enter_public_area(request, slug)
    page = reading.published_page(area)
    if page is None:
        raise Http404("No such page.")
    return area, page


def _send(file: StoredFile) -> HttpResponseBase:
    """Return a file; 404 if the storage lost it, 503 if it does not respond."""
    try:
        return contents_response(file)
    except FileNotFoundError:
        raise Http404("No such file.") from None
    except OSError:
        words = _("The storage of files does not respond. Try again later.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
