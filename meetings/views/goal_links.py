"""Report on a goal by a personal link, without an account. Only sending the form changes something."""

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

from meetings.forms.goals import ReportForm
from meetings.goals import reading, reports
from meetings.goals.curve import chart_of
from meetings.goals.health import verdict_of
from meetings.goals.judging import measured_by_goal
from meetings.goals.locking import zone_of
from meetings.goals.rhythm import last_period_end
from meetings.goals.words import why_words
from meetings.models import GoalLink
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.saving import save
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.people import contacts


def _about(link: GoalLink) -> dict[str, Any]:
    area = link.goal.plan.area
    return {"contact": contacts.contact_in(area) if area else None, "goal": link.goal, "plan": link.goal.plan}


PAGE = LinkPage(GoalLink, about=_about, zone=lambda link: zone_of(link.goal.plan), over="meetings/goals/link_over.html")


@takes_files
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def goal_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show where a goal stands, and take one report."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    initial = {"as_of": last_period_end(timezone.localdate(), link.goal.rhythm)}
    form = ReportForm(request.POST or None, request.FILES or None, initial=initial, goal=link.goal)
    at = timezone.now()
    receive_files(request, form, link=link, at=at)
    if form.is_bound and form.is_valid():
        by = author_of(link)
        if save(form, lambda: reports.report_by_link(link, facts=form.facts, by=by, at=at)):
            messages.success(request, _("Thank you. Your report is recorded."))
            return redirect("meetings:goal_by_link", token=token)
    today = timezone.localdate()
    known = measured_by_goal([link.goal])[link.goal_id]
    verdict = verdict_of(known, today)
    updates = reading.updates_of(link.goal)
    context = {
        "title": link.goal.name,
        "asked": link,
        "token": token,
        "form": form,
        "standing": reading.standing_of(link.goal, verdict),
        "why": why_words(link.goal, known, verdict),
        "chart": chart_of(link.goal, known, today),
        "latest": updates[:4],
        "next_due": reading.next_due(link.goal, known.told_on),
        **_about(link),
    }
    return render(request, "meetings/goals/link.html", context, status=status_of(form))


@require_POST
@login_not_required
def goal_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
