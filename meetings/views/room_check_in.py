"""Check in at a meeting, without an account."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from meetings.forms.room import CheckInForm
from meetings.models import Attendance, Meeting, MeetingRecord
from meetings.room import check_in as checking_in
from meetings.room import roll
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save
from onestop.ops.languages import in_languages


@in_languages
@never_cache
@csrf_exempt  # there is no session whose rights a foreign page could use
@login_not_required
@idempotent
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody at an open meeting record that they are there; before and after, say when it is open."""
    records = MeetingRecord.objects.filter(check_in_token=token)
    record = records.select_related("meeting__series", "meeting__group__area__state", "meeting__group__state").first()
    if record is None:
        return _plain(request, "unknown", status=404)
    meeting = Meeting.objects.with_place().get(pk=record.meeting_id)
    meeting.series.group = meeting.group
    timezone.activate(meeting.series.zone_info)
    if not record.is_open:
        return _plain(request, "over" if record.closed_at else "early", meeting)
    if "done" in request.GET:
        return _plain(request, "done", meeting)
    form = CheckInForm(request.POST or None, people=checking_in.people_to_check_in(meeting))
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="check_in"):
            form.add_error(None, _("Too many people checked in from here in a short time. Wait ten minutes."))
        elif form.is_by_program or _check_in(form, meeting):
            return redirect(f"{reverse('meetings:check_in', args=[token])}?done=1")
    context = {"title": _("Check in"), "meeting": meeting, "form": form, "token": token}
    return render(request, "meetings/room/check_in.html", context)


def _check_in(form: CheckInForm, meeting: Meeting) -> Attendance | None:
    given, at = form.cleaned_data, timezone.now()
    if form.is_guest:
        return save(
            form,
            lambda: roll.add_guest(
                meeting, name=given["name"], organization_name=given["organization_name"],
                presence=given["presence"], via=Attendance.Via.SELF, by=None, at=at,
            ),
        )  # fmt: skip
    return save(
        form, lambda: checking_in.check_in(meeting, code=given["who"], presence=given["presence"], by=None, at=at)
    )


def _plain(request: HttpRequest, state: str, meeting: Meeting | None = None, status: int = 200) -> HttpResponse:
    titles = {
        "unknown": _("This address is not known"),
        "early": _("Check-in is not open yet"),
        "over": _("Check-in is closed"),
        "done": _("You are checked in"),
    }
    context = {"title": titles[state], "state": state, "meeting": meeting}
    return render(request, "meetings/room/check_in_plain.html", context, status=status)
