"""Answer a poll by a personal link, without an account. Opening the page changes nothing; sending it does."""

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

from meetings.forms.polls import PollAnswerForm
from meetings.models import PollInvitation
from meetings.polls import polls
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.saving import save
from onestop.ops.languages import in_languages
from partners.people import contacts


def _about(link: PollInvitation) -> dict[str, Any]:
    area = link.poll.group.area
    return {"contact": contacts.contact_in(area) if area else None, "poll": link.poll, "series": link.poll}


PAGE = LinkPage(PollInvitation, about=_about, zone=lambda link: link.poll.group.zone, over="meetings/link/over.html")


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def poll_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a poll without an account."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    times = list(link.poll.times.order_by("starts_at"))
    said = {f"time_{each.time_id}": each.suits for each in link.answers.all()}
    form = PollAnswerForm(request.POST or None, times=times, initial=said | {"comment": link.comment})
    if form.is_bound and form.is_valid():
        comment = form.cleaned_data["comment"]
        done = save(
            form,
            lambda: polls.answer_by_link(
                link, suits=form.suits, comment=comment, by=author_of(link), at=timezone.now()
            ),
        )
        if done:
            messages.success(request, _("Thank you. Your answer is recorded. You can change it here."))
            return redirect("meetings:poll_by_link", token=token)
    context = {"title": link.poll.title, "asked": link, "token": token, "form": form, **_about(link)}
    return render(request, "meetings/link/poll.html", context)


@require_POST
@login_not_required
def poll_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
