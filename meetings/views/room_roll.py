"""The roll call: seats, members without one, guests, and who left early."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_meeting, get_of_meeting
from meetings.context.pages import room_form_context, room_url
from meetings.forms.room import GuestForm
from meetings.models import Attendance, Meeting
from meetings.room import roll
from meetings.room.locking import CannotRecord
from meetings.room.quorum import quorum_of
from meetings.room.reading import record_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand


@require_POST
def roll_seat(request: SignedIn, pk: int, seat: int) -> HttpResponse:
    """Record who fills a seat."""
    return _record(request, pk, f"seat-{seat}")


@require_POST
def roll_member(request: SignedIn, pk: int, member: int) -> HttpResponse:
    """Record whether a member without a seat is there."""
    return _record(request, pk, f"member-{member}")


def _record(request: SignedIn, pk: int, key: str) -> HttpResponse:
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    row = roll.roll_of(meeting).row(key)
    if row is None:
        raise Http404
    at, problem = timezone.now(), ""
    try:
        person = row.choose(request.POST.get("who", ""), _typed_name(request))
        roll.record_presence(
            meeting, row, presence=request.POST.get("presence", ""), person=person,
            shown=request.POST.get("shown", ""), by=request.user, at=at,
        )  # fmt: skip
    except Refused as refusal:
        problem = str(refusal)
        if not request.htmx:  # type: ignore[attr-defined]
            say_refused(request, refusal)
    return _answer(request, meeting, key, problem)


def _typed_name(request: HttpRequest) -> str:
    """Return the name of somebody who is of no list; only the button beside it sends it."""
    if request.POST.get("who") != "name":
        return ""
    name = " ".join(request.POST.get("name", "").replace("\0", "").split())[:150]
    if not name:
        raise CannotRecord(_("Enter the name of who fills the seat."))
    return name


def _answer(request: HttpRequest, meeting: Meeting, key: str, problem: str) -> HttpResponse:
    """Return the row as it is now, with the quorum; without scripts, the whole page."""
    record = record_of(meeting)
    if not request.htmx or record is None:  # type: ignore[attr-defined]
        return redirect(room_url(meeting, key))
    now = roll.roll_of(meeting)
    context: dict[str, Any] = {
        "meeting": meeting,
        "row": now.row(key),
        "problem": problem,
        "is_open": record.is_open,
        "quorum": quorum_of(record, now.attendance) if record.opened_at else None,
    }
    return render(request, "meetings/room/_row_answer.html", context)


@require_POST
def attendance_left(request: SignedIn, pk: int) -> HttpResponse:
    """Record that somebody left before the end, or came back."""
    row = get_of_meeting(request, Attendance.objects.all(), pk)
    demand(request, "meetings.plan_meetings", row.meeting.group)
    problem = ""
    try:
        roll.record_left(row, has_left=request.POST.get("left") == "1", by=request.user, at=timezone.now())
    except Refused as refusal:
        problem = str(refusal)
        if not request.htmx:  # type: ignore[attr-defined]
            say_refused(request, refusal)
    if row.is_guest:
        return redirect(room_url(row.meeting, "guests"))
    key = f"seat-{row.seat_id}" if row.seat_id else f"member-{row.member_id}"
    return _answer(request, row.meeting, key, problem)


@idempotent
def guest_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a guest."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    form = GuestForm(request.POST or None)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: roll.add_guest(meeting, **form.cleaned_data, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("%(name)s is recorded as a guest.") % {"name": added.name})
            return redirect(room_url(meeting, "guests"))
    context = room_form_context(meeting, _("Add a guest"), form, "guests", submit=_("Add guest"))
    return render(request, "layouts/form.html", context)


@require_POST
def guest_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a guest who was recorded by mistake."""
    row = get_of_meeting(request, Attendance.objects.all(), pk)
    demand(request, "meetings.plan_meetings", row.meeting.group)
    try:
        roll.remove_guest(row, by=request.user, at=timezone.now())
    except Refused as refusal:
        say_refused(request, refusal)
    else:
        say_done(request, _("%(name)s is removed from the roll.") % {"name": row.name})
    return redirect(room_url(row.meeting, "guests"))
