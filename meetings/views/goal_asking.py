"""Mail people of partners a personal link to report on a goal; send it again, and withdraw it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.context.goals import get_goal, get_of_goal, goal_form_context
from meetings.forms.goals import ReportersForm
from meetings.goals import links
from meetings.models import GoalLink
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.rules import demand

KEEP = "meetings.keep_goals"


@idempotent
def goal_link_send(request: SignedIn, pk: int) -> HttpResponse:
    """Choose people of the partners that carry a goal, and mail them a link to report now."""
    goal, at = get_goal(request, pk), timezone.now()
    demand(request, KEEP, goal.plan)
    people = links.without_link(goal, at=at)
    if not people and not request.POST:
        messages.info(request, _("Everybody with an email address who reports on this goal has a link."))
        return redirect(goal)
    form = ReportersForm(request.POST or None, people=people)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["people"]
        sent = save(form, lambda: links.send_links(goal, chosen, by=request.user, at=at) or [None])
        if sent:
            number = sum(each is not None for each in sent)
            words = ngettext("Sent to %(number)d person.", "Sent to %(number)d people.", number)
            say_done(request, words % {"number": number} if number else _("They have a link already."))
            return redirect(goal)
    intro = _(
        "Each person gets an email with a link to report on this goal. Without an account, the link is personal and"
        " works for 120 days."
    )
    context = goal_form_context(goal, _("Ask for a report"), form, submit=_("Send"), intro=intro)
    return render(request, "layouts/form.html", context)


@require_POST
@idempotent
def goal_link_resend(request: SignedIn, pk: int) -> HttpResponse:
    """Mail somebody a new link to report."""
    done = _("Sent again to %(name)s. The former link no longer works.")
    return _change(request, pk, links.resend_link, done)


@require_POST
def goal_link_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Let the link of a person no longer work."""
    return _change(request, pk, links.withdraw_link, _("The link of %(name)s no longer works."))


def _change(request: SignedIn, pk: int, verb: Callable[..., Any], done: str) -> HttpResponse:
    link: GoalLink = get_of_goal(request, GoalLink, pk)
    demand(request, KEEP, link.goal.plan)
    try:
        verb(link, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done % {"name": link.name})
    return redirect(link.goal)
