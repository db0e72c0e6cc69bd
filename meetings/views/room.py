"""The screen at the meeting: open it, close and reopen it, its quorum, and the code to check in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_meeting
from meetings.context.pages import meeting_breadcrumbs, room_breadcrumbs, room_form_context, room_url
from meetings.forms.room import ReasonForm
from meetings.models import Meeting, MeetingRecord
from meetings.room import opening
from meetings.room.quorum import changed_since, quorum_of
from meetings.room.reading import record_of, room_page
from meetings.room.roll import roll_of
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand
from partners.search import qr_codes


def get_room(request: HttpRequest, pk: int) -> Meeting:
    """Return a meeting of a group that the user runs; 404 if they do not see it, 403 if they do not run it."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    return meeting


def room(request: SignedIn, pk: int) -> HttpResponse:
    """Show the screen at the meeting."""
    meeting = get_room(request, pk)
    context = {
        "title": meeting.title,
        "crumbs": meeting_breadcrumbs(meeting),
        "here": _("At the meeting"),
        "meeting": meeting,
        "group": meeting.group,
        "series": meeting.series,
        **room_page(meeting, request.user, at=timezone.now()),
    }
    return render(request, "meetings/room/room.html", context)


# ---------------------------------------------------------------- Opening and closing
@require_POST
def room_open(request: SignedIn, pk: int) -> HttpResponse:
    """Open the meeting."""
    meeting = get_room(request, pk)
    try:
        opening.open_meeting(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    return redirect(room_url(meeting))


def room_close(request: SignedIn, pk: int) -> HttpResponse:
    """Show what is missing, and close the meeting."""
    meeting = get_room(request, pk)
    if request.method == "POST":
        try:
            opening.close_meeting(meeting, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
            return redirect("meetings:room_close", pk=pk)
        say_done(request, _("The meeting is closed. Its page now shows who was there and what was decided."))
        return redirect(meeting)
    context = room_page(meeting, request.user, at=timezone.now())
    if not context["is_open"]:
        return redirect(room_url(meeting))
    topics = context["topics"]
    context |= {
        "title": _("Close the meeting"),
        "crumbs": room_breadcrumbs(meeting),
        "here": _("Close the meeting"),
        "meeting": meeting,
        "open_motions": [each for topic in (*topics, context["whole"]) for each in topic.motions if each.is_open],
        "not_done": [topic for topic in topics if not topic.is_done],
    }
    return render(request, "meetings/room/close.html", context)


def room_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Reopen a closed meeting, with the reason."""
    meeting = get_room(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: _reopen(request, meeting, reason)):
            say_done(request, _("The meeting is open again. Close it when the record is right."))
            return redirect(room_url(meeting))
    context = room_form_context(meeting, _("Reopen the meeting"), form, submit=_("Reopen the meeting"))
    return render(request, "layouts/form.html", context)


def _reopen(request: SignedIn, meeting: Meeting, reason: str) -> None:
    opening.reopen_meeting(meeting, reason=reason, by=request.user, at=timezone.now())


@require_POST
def meeting_held(request: SignedIn, pk: int) -> HttpResponse:
    """Note that a meeting took place of which nothing was recorded here."""
    meeting = get_room(request, pk)
    try:
        opening.mark_held(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("meetings:meeting_unheld", args=[pk])
        say_done(request, _("The meeting is recorded as held."), undo=undo)
    return redirect(meeting)


@require_POST
def meeting_unheld(request: SignedIn, pk: int) -> HttpResponse:
    """Take back that a meeting took place."""
    meeting = get_room(request, pk)
    try:
        opening.unmark_held(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The meeting is no longer recorded as held."))
    return redirect(meeting)


# ---------------------------------------------------------------- Quorum
def room_quorum(request: SignedIn, pk: int) -> HttpResponse:
    """Return the quorum and the rows of the roll that changed since the page was shown; 204 if none has."""
    meeting = get_room(request, pk)
    record = record_of(meeting)
    if record is None or not record.is_open:
        return HttpResponse(status=204)
    rows = list(meeting.attendance.all())
    quorum = quorum_of(record, rows)
    known = request.GET.get("known", "")
    if quorum.known == known:
        return HttpResponse(status=204)
    return render(request, "meetings/room/_changes.html", _changes(meeting, record, known))


def _changes(meeting: Meeting, record: MeetingRecord, known: str) -> dict[str, Any]:
    roll = roll_of(meeting)
    since = changed_since(roll.attendance, known)
    changed = {row.pk for row in (roll.attendance if since is None else since)}
    return {
        "meeting": meeting,
        "quorum": quorum_of(record, roll.attendance),
        "is_open": True,
        "roll": roll,
        "rows": [row for row in roll.rows if row.attendance and row.attendance.pk in changed],
    }


# ---------------------------------------------------------------- Checking in
def check_in_code(request: SignedIn, pk: int) -> HttpResponse:
    """Show the QR code and the address at which people check in themselves."""
    meeting = get_room(request, pk)
    record = record_of(meeting)
    if record is None or record.opened_at is None:
        return redirect(room_url(meeting))
    path = reverse("meetings:check_in", args=[record.check_in_token])
    context = {
        "title": _("Check-in code"),
        "crumbs": room_breadcrumbs(meeting),
        "here": _("Check-in code"),
        "meeting": meeting,
        "record": record,
        "address": qr_codes.address_on_paper(path),
        "path": path,
    }
    return render(request, "meetings/room/check_in_code.html", context)


def check_in_drawing(request: SignedIn, pk: int) -> HttpResponse:
    """Return the QR code as an image."""
    meeting = get_room(request, pk)
    record = record_of(meeting)
    if record is None:
        return redirect(room_url(meeting))
    path = reverse("meetings:check_in", args=[record.check_in_token])
    return HttpResponse(qr_codes.code_for(path, meeting.title), content_type="image/svg+xml")
