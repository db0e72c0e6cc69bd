"""Answer by a personal link, without an account. Opening the page changes nothing; sending it does."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from meetings.agendas.reading import agenda_of
from meetings.context.pages import about_invitation
from meetings.forms.answers import AnswerForm
from meetings.invitations import answers
from meetings.models import Given, How, Meeting, MeetingInvitation
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.saving import save
from onestop.ops.languages import in_languages
from onestop.ops.request_numbers import whole_number

MOST_SHOWN = 6


PAGE = LinkPage(
    MeetingInvitation, about=about_invitation, zone=lambda link: link.series.zone_info, over="meetings/link/over.html"
)


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the coming meetings of a series with the person's answers, and take an answer to one or to all of them."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    at = timezone.now()
    coming = list(link.series.meetings.with_place().coming(at)[:MOST_SHOWN])
    chosen = _chosen(request, coming)
    about = chosen or (coming[0] if coming else None)
    may_choose_how = about is not None and about.how == How.BOTH
    form = AnswerForm(request.POST or None, may_choose_how=may_choose_how, initial={"answer": _asked(request)})
    if form.is_bound and form.is_valid():
        meeting = None if "all" in request.POST else about
        done = save(
            form,
            lambda: answers.answer_by_link(link, meeting, facts=form.facts, by=author_of(link), at=timezone.now()),
        )
        if done:
            messages.success(request, _("Thank you. Your answer is recorded."))
            return redirect("meetings:answer_by_link", token=token)
    given = {each.pk: answers.counting(link.answers.all(), each)[0] for each in coming}
    context = {
        "title": link.series.title,
        "asked": link,
        "token": token,
        "meeting": about,
        "form": form,
        # One tap in the mail: the page sends the answer once a person is there, which a mail scanner is not.
        "sends_itself": request.method == "GET" and bool(_asked(request)) and _asked(request) != Given.ALTERNATE,
        "rows": [(each, given[each.pk], answers.chip_of(given[each.pk])) for each in coming],
        "schedule": link.series.schedule,
        "agenda": agenda_of(about) if about else None,
        **about_invitation(link),
    }
    return render(request, "meetings/link/answer.html", context)


def _chosen(request: HttpRequest, coming: list[Meeting]) -> Meeting | None:
    wanted = whole_number(request.POST.get("meeting") or request.GET.get("meeting"))
    return next((meeting for meeting in coming if meeting.pk == wanted), None)


def _asked(request: HttpRequest) -> str:
    """Return the answer that the link of the mail names."""
    given = request.GET.get("answer", "")
    return given if given in Given.values else ""


@require_POST
@login_not_required
def answer_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
