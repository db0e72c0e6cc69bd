"""Suggestions for agendas: make one, accept, decline or withdraw it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.agendas import suggestions
from meetings.agendas.locking import next_meeting_of
from meetings.context.lookups import get_item, get_meeting, get_series
from meetings.context.pages import form_context
from meetings.forms.agendas import DeclineForm, SuggestionForm
from meetings.models import AgendaItem, Meeting, Series
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.ops.request_numbers import whole_number
from onestop.ui.presentation import day
from partners.rules import demand

BACKLOG = "backlog"


@idempotent
def suggestion_add(request: SignedIn, pk: int) -> HttpResponse:
    """Suggest an item for a meeting."""
    return _suggest(request, get_meeting(request, pk))


@idempotent
def backlog_suggest(request: SignedIn, pk: int) -> HttpResponse:
    """Suggest an item for any meeting of a series."""
    return _suggest(request, get_series(request, pk))


def _suggest(request: SignedIn, place: Meeting | Series) -> HttpResponse:
    demand(request, "meetings.suggest_items", place.group)
    form = SuggestionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        added = save(
            form,
            lambda: suggestions.suggest_item(place, facts=form.cleaned_data, by=request.user, at=timezone.now()),
        )
        if added:
            undo = reverse("meetings:suggestion_withdraw", args=[added.pk])
            say_done(request, _("Your suggestion is sent. You get a notice when it is answered."), undo=undo)
            return redirect(f"{place.get_absolute_url()}#suggestions")
    intro = _("Those who run the group put it on an agenda, or tell you why not.")
    context = form_context(place, _("Suggest an agenda item"), form, submit=_("Send suggestion"), intro=intro)
    return render(request, "layouts/form.html", context)


@require_POST
def suggestion_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Put a suggestion on the agenda of a meeting, or into the backlog."""
    item = _get(request, pk)
    meeting = _chosen(request, item)
    try:
        suggestions.accept_suggestion(item, meeting=meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        words = _("“%(title)s” is on the agenda of %(day)s.") if meeting else _("“%(title)s” is in the backlog.")
        say_done(request, words % {"title": item.title, "day": day(meeting.local_start) if meeting else ""})
    place = meeting or item.meeting or item.series
    return redirect(f"{place.get_absolute_url()}#agenda")


def _chosen(request: HttpRequest, item: AgendaItem) -> Meeting | None:
    """Return the meeting that a button names: one of the group, or the next one; nothing for the backlog."""
    place = request.POST.get("place", "")
    if place == BACKLOG:
        return None
    if number := whole_number(place):
        return get_object_or_404(Meeting.objects.with_place().filter(group=item.series.group_id), pk=number)
    return next_meeting_of(item.series, after=timezone.now())


def suggestion_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a suggestion, with the reason."""
    item = _get(request, pk)
    place = item.meeting or item.series
    form = DeclineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        at = timezone.now()
        if save(form, lambda: suggestions.decline_suggestion(item, reason=reason, by=request.user, at=at)):
            say_done(request, _("The suggestion is declined."))
            return redirect(f"{place.get_absolute_url()}#suggestions")
    title = _("Decline “%(title)s”") % {"title": item.title}
    context = form_context(place, title, form, submit=_("Decline the suggestion"))
    return render(request, "layouts/form.html", context)


def _get(request: HttpRequest, pk: int) -> AgendaItem:
    item = get_item(request, pk)
    demand(request, "meetings.edit_agenda", item.series.group)
    return item


@require_POST
def suggestion_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw one's own suggestion."""
    item = get_item(request, pk)
    demand(request, "meetings.withdraw_suggestion", item)
    try:
        suggestions.withdraw_suggestion(item, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("Your suggestion is withdrawn."))
    return redirect(f"{(item.meeting or item.series).get_absolute_url()}#agenda")
