"""Agendas of meetings and backlogs of series: add, edit, order, remove and restore items, publish, carry over."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.agendas import items, moving, publishing
from meetings.agendas.pages import agenda_context
from meetings.context.lookups import get_item, get_meeting, get_series
from meetings.context.pages import form_context, meeting_breadcrumbs
from meetings.forms.agendas import ItemForm
from meetings.models import AgendaItem, Meeting, Series
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from onestop.ui.presentation import day, when
from partners.rules import demand

RUN = "meetings.edit_agenda"


# ---------------------------------------------------------------- Items
@idempotent
def item_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add an item to the agenda of a meeting."""
    meeting = get_meeting(request, pk)
    return _add(request, meeting, _("Add an agenda item"))


@idempotent
def backlog_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add an item to the backlog of a series."""
    series = get_series(request, pk)
    return _add(request, series, _("Add an item to the backlog"))


def _add(request: SignedIn, place: Meeting | Series, title: str) -> HttpResponse:
    demand(request, RUN, place.group)
    form = ItemForm(request.POST or None, group=place.group, on=_day_of(place), user=request.user)
    if form.is_bound and form.is_valid():
        position = form.cleaned_data["position"]
        added = save(
            form,
            lambda: items.add_item(place, facts=form.facts, position=position, by=request.user, at=timezone.now()),
        )
        if added:
            say_done(request, _("“%(title)s” is added.") % {"title": added.title})
            return redirect(added)
    context = form_context(place, title, form, submit=_("Add item"))
    return render(request, "layouts/form.html", context)


def item_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an item of an agenda or of a backlog."""
    item = _get(request, pk)
    place = item.meeting or item.series
    form = ItemForm(
        request.POST or None,
        initial=_facts(item),
        version=version_of(item),
        group=item.series.group,
        on=_day_of(place),
        user=request.user,
        item=item,
    )
    done, context = save_edit(
        form,
        lambda: items.update_item(
            item,
            facts=form.facts,
            position=form.position,
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        item,
        lambda: _facts(get_item(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(done)
    context |= form_context(place, _("Edit “%(title)s”") % {"title": item.title}, form)
    return render(request, "layouts/edit_form.html", context)


def _day_of(place: Meeting | Series) -> Any:
    return place.local_start.date() if isinstance(place, Meeting) else timezone.localdate()


def _facts(item: AgendaItem) -> dict[str, Any]:
    order = [each.pk for each in items.order_of(item)]
    position = order.index(item.pk) + 1 if item.pk in order else None
    return {name: getattr(item, name) for name in items.FACTS} | {"owner": item.owner_id, "position": position}


def _get(request: HttpRequest, pk: int) -> AgendaItem:
    item = get_item(request, pk)
    demand(request, RUN, item.series.group)
    return item


@require_POST
def item_move(request: SignedIn, pk: int) -> HttpResponse:
    """Move an item one place up or down; the button keeps the focus."""
    item = _get(request, pk)
    to = items.UP if request.POST.get("to") == items.UP else items.DOWN
    try:
        seen = whole_number(request.POST.get("number"))
        number, of = items.move_item(item, to=to, seen=seen, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
        return redirect(item)
    words = _("“%(title)s” is item %(number)d of %(of)d.")
    say_done(request, words % {"title": item.title, "number": number, "of": of})
    return redirect(f"{(item.meeting or item.series).get_absolute_url()}?moved={pk}-{to}")


@require_POST
def item_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an item."""
    item = _get(request, pk)
    undo = reverse("meetings:item_restore", args=[pk])
    return _change(request, item, items.remove_item, _("“%(title)s” is removed."), undo=undo)


@require_POST
def item_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed item."""
    return _change(request, _get(request, pk), items.restore_item, _("“%(title)s” is restored."))


@require_POST
def item_finish(request: SignedIn, pk: int) -> HttpResponse:
    """Record whether an item was finished at its meeting."""
    item = _get(request, pk)
    is_finished = request.POST.get("finished") == "1"
    words = _("“%(title)s” is finished.") if is_finished else _("“%(title)s” is not finished.")

    def verb(item: AgendaItem, **who: Any) -> None:
        items.set_finished(item, is_finished=is_finished, **who)

    return _change(request, item, verb, words)


@require_POST
def item_to_backlog(request: SignedIn, pk: int) -> HttpResponse:
    """Take an item off the agenda, into the backlog of the series."""
    item = _get(request, pk)
    undo = reverse("meetings:item_to_next", args=[pk])
    return _change(request, item, moving.put_in_backlog, _("“%(title)s” is in the backlog."), undo=undo)


@require_POST
def item_to_next(request: SignedIn, pk: int) -> HttpResponse:
    """Put an item of the backlog on the agenda of the next meeting."""
    item = _get(request, pk)
    try:
        meeting = moving.put_on_next_agenda(item, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        words = _("“%(title)s” is on the agenda of %(day)s.")
        undo = reverse("meetings:item_to_backlog", args=[pk])
        say_done(request, words % {"title": item.title, "day": day(meeting.local_start)}, undo=undo)
    return redirect(item.series)


def _change(
    request: SignedIn, item: AgendaItem, verb: Callable[..., Any], words: str, *, undo: str = ""
) -> HttpResponse:
    """Change an item by one verb, and go back to its agenda or backlog."""
    place = item.meeting or item.series
    try:
        verb(item, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, words % {"title": item.title}, undo=undo)
    return redirect(f"{place.get_absolute_url()}#agenda")


# ---------------------------------------------------------------- Publishing
def agenda_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Publish an agenda, after a look at what follows."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    at = timezone.now()
    if request.method == "POST":
        try:
            publishing.publish_agenda(meeting, by=request.user, at=at)
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The agenda is published."))
        return redirect(f"{meeting.get_absolute_url()}#agenda")
    context = {
        "title": _("Publish the agenda"),
        "crumbs": meeting_breadcrumbs(meeting),
        "here": _("Publish the agenda"),
        "meeting": meeting,
        "mails": publishing.number_of_mails(meeting, at=at),
        **agenda_context(meeting, request.user, at=at),
    }
    return render(request, "meetings/agendas/publish.html", context)


@require_POST
def agenda_mail(request: SignedIn, pk: int) -> HttpResponse:
    """Mail an agenda that has changed since it was published."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    try:
        number = publishing.mail_changed_agenda(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        words = ngettext(
            "The changed agenda goes to %(number)d member.", "The changed agenda goes to %(number)d members.", number
        )
        say_done(request, words % {"number": number} if number else _("The members have this agenda already."))
    return redirect(f"{meeting.get_absolute_url()}#agenda")


# ---------------------------------------------------------------- Carrying over
@require_POST
def agenda_carry(request: SignedIn, pk: int) -> HttpResponse:
    """Carry all unfinished items over to the next meeting."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    try:
        carried = moving.carry_over(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
        return redirect(f"{meeting.get_absolute_url()}#agenda")
    if not carried.items:
        say_done(request, _("Nothing is left to carry over."))
        return redirect(f"{meeting.get_absolute_url()}#agenda")
    number = len(carried.items)
    undo = reverse("meetings:agenda_take_back", args=[pk])
    if carried.meeting is None:
        words = ngettext(
            "%(number)d item is in the backlog, because no meeting is to come.",
            "%(number)d items are in the backlog, because no meeting is to come.",
            number,
        )
        say_done(request, words % {"number": number}, undo=undo)
        return redirect(f"{meeting.series.get_absolute_url()}#agenda")
    words = ngettext(
        "%(number)d item is carried over to %(day)s.", "%(number)d items are carried over to %(day)s.", number
    )
    say_done(request, words % {"number": number, "day": when(carried.meeting.local_start, "plain")}, undo=undo)
    return redirect(f"{carried.meeting.get_absolute_url()}#agenda")


@require_POST
def agenda_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Take back what was carried over from a meeting."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    number = moving.take_back(meeting, by=request.user, at=timezone.now())
    words = ngettext("%(number)d item is back here.", "%(number)d items are back here.", number)
    say_done(request, words % {"number": number})
    return redirect(f"{meeting.get_absolute_url()}#agenda")
