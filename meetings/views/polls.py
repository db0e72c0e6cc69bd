"""Polls: ask for a time, see who can when, and plan the meeting."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_group, get_poll
from meetings.context.pages import form_context, group_breadcrumbs
from meetings.forms.polls import DecideForm, PollForm
from meetings.models import How, PollAnswer
from meetings.polls import polls
from meetings.scheduling.collisions import collisions_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.rules import demand, may

USUAL_TIME = timedelta(days=5)


@idempotent
def poll_add(request: SignedIn, pk: int) -> HttpResponse:
    """Ask the members of a group which of several times suits them."""
    group = get_group(request, pk)
    demand(request, "meetings.plan_meetings", group)
    initial = {"title": group.name, "minutes": 60, "closes_on": timezone.localdate() + USUAL_TIME}
    form = PollForm(request.POST or None, zone=group.zone, initial=initial)
    if form.is_bound and form.is_valid():
        asked = save(
            form,
            lambda: polls.ask_poll(
                group, facts=form.facts, starts=form.cleaned_data["times"], by=request.user, at=timezone.now()
            ),
        )
        if asked:
            say_done(request, _("The members are asked. Answers show here as they come."))
            return redirect(asked)
    context = form_context(group, _("Find a time"), form, submit=_("Ask the members"), group=group)
    return render(request, "meetings/poll_form.html", context)


def poll_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who can at which time, and what each time collides with."""
    poll = get_poll(request, pk)
    may_plan = may(request.user, "meetings.plan_meetings", poll.group)
    result = polls.result_of(poll)
    starts = [each.time.starts_at.astimezone(poll.group.zone) for each in result.times]
    slots = collisions_of(poll.group, starts, poll.minutes, room=None) if may_plan and not poll.is_decided else []
    context = {
        "title": poll.title,
        "crumbs": group_breadcrumbs(poll.group),
        "here": poll.title,
        "poll": poll,
        "group": poll.group,
        "result": result,
        "collisions": {slot.starts_at: slot.collisions for slot in slots if slot.collisions},
        "is_open": not poll.is_decided and not poll.is_archived and poll.closes_at > timezone.now(),
        "may_plan": may_plan,
        "words": {each.value: each.label for each in PollAnswer.Suits},
    }
    return render(request, "meetings/poll_detail.html", context)


@require_POST
def poll_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Give a poll up."""
    poll = get_poll(request, pk)
    demand(request, "meetings.plan_meetings", poll.group)
    try:
        polls.withdraw_poll(poll, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The poll is withdrawn."), undo=reverse("meetings:poll_restore", args=[pk]))
    return redirect(poll)


@require_POST
def poll_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a poll that was given up."""
    poll = get_poll(request, pk)
    demand(request, "meetings.plan_meetings", poll.group)
    polls.restore_poll(poll, by=request.user, at=timezone.now())
    say_done(request, _("The poll is restored."))
    return redirect(poll)


def poll_decide(request: SignedIn, pk: int, time: int) -> HttpResponse:
    """Plan the meeting at one of the times."""
    poll = get_poll(request, pk)
    demand(request, "meetings.plan_meetings", poll.group)
    chosen = get_object_or_404(poll.times, pk=time)
    form = DecideForm(request.POST or None, group=poll.group, initial={"how": How.IN_PERSON})
    if form.is_bound and form.is_valid():
        planned = save(
            form,
            lambda: polls.decide_poll(poll, chosen, details=form.details, by=request.user, at=timezone.now()),
        )
        if planned:
            say_done(request, _("Planned. The members are invited in ten minutes, unless you change it until then."))
            return redirect(planned)
    context = form_context(poll, _("Plan the meeting"), form, submit=_("Plan the meeting"), chosen=chosen, poll=poll)
    return render(request, "meetings/poll_decide.html", context)
