"""Read and correct minutes by a personal link, without an account. Opening the page changes nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from meetings.forms.minutes import CorrectionForm
from meetings.minutes import circulation, corrections, reading
from meetings.models import MinutesLink
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save
from onestop.ops.languages import in_languages
from partners.people import contacts


def _about(link: MinutesLink) -> dict[str, Any]:
    meeting = link.minutes.meeting
    area = meeting.group.area
    return {"contact": contacts.contact_in(area) if area else None, "meeting": meeting, "group": meeting.group}


PAGE = LinkPage(
    MinutesLink,
    about=_about,
    zone=lambda link: link.minutes.meeting.series.zone_info,
    over="meetings/minutes/link_over.html",
)


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
@idempotent
def minutes_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the minutes with the person's corrections and their answers, and take another correction."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    at = timezone.now()
    minutes = link.minutes
    takes = minutes.takes_corrections(at.astimezone(minutes.meeting.series.zone_info).date())
    form = CorrectionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: corrections.correct_by_link(
                link, text=form.cleaned_data["text"], by=author_of(link), at=timezone.now()
            ),
        )
        if done:
            messages.success(request, _("Thank you. Your correction is sent."))
            return redirect("meetings:minutes_by_link", token=token)
    context = {
        "title": _("Minutes of %(group)s") % {"group": minutes.meeting.group.name},
        "asked": link,
        "token": token,
        "minutes": minutes,
        "html": reading.html_of(minutes),
        "chip": reading.chip_of(minutes),
        "motion": minutes.approved_by,
        "takes_corrections": takes,
        "corrections": reading.corrections_by_link(link),
        "form": form,
        **_about(link),
    }
    return render(request, "meetings/minutes/minutes_link.html", context)


@in_languages
@require_POST
@login_not_required
def minutes_link_agree(request: HttpRequest, token: str) -> HttpResponse:
    """Record that the person has no corrections."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    try:
        circulation.agree_by_link(link, by=author_of(link), at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Thank you. You have no corrections."))
    return redirect("meetings:minutes_by_link", token=token)


@require_POST
@login_not_required
def minutes_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
