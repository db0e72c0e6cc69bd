"""The seats of a group, one by one and many at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_group, get_seat
from meetings.context.pages import form_context
from meetings.forms.groups import PartnersForm, SeatForm
from meetings.groups import seats
from meetings.models import Group, GroupSeat
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand


@idempotent
def seat_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a seat."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    form = SeatForm(request.POST or None, group=group, initial={"is_voting": True})
    if form.is_bound and form.is_valid():
        seat = save(form, lambda: seats.add_seat(group, facts=form.facts, by=request.user, at=timezone.now()))
        if seat:
            say_done(request, _("%(seat)s has a seat. Say who sits in it.") % {"seat": seat})
            return _back(group)
    context = form_context(group, _("Add a seat"), form, submit=_("Add seat"))
    return render(request, "layouts/form.html", context)


def seat_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a seat."""
    seat = get_seat(request, pk)
    demand(request, "meetings.keep_group", seat.group)
    form = SeatForm(request.POST or None, initial=_facts(seat), version=version_of(seat), group=seat.group)
    done, context = save_edit(
        form,
        lambda: seats.update_seat(seat, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        seat,
        lambda: _facts(get_seat(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return _back(seat.group)
    title = _("Edit %(name)s") % {"name": seat}
    return render(request, "layouts/edit_form.html", context | form_context(seat.group, title, form))


def _facts(seat: GroupSeat) -> dict[str, Any]:
    return {"partnership": seat.partnership_id, "label": seat.label, "is_voting": seat.is_voting}


@require_POST
def seat_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a seat with the people in it."""
    seat = get_seat(request, pk)
    demand(request, "meetings.keep_group", seat.group)
    seats.remove_seat(seat, by=request.user, at=timezone.now())
    undo = reverse("meetings:seat_restore", args=[pk])
    say_done(request, _("The seat of %(seat)s is removed.") % {"seat": seat}, undo=undo)
    return _back(seat.group)


@require_POST
def seat_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed seat."""
    seat = get_seat(request, pk)
    demand(request, "meetings.keep_group", seat.group)
    try:
        seats.restore_seat(seat, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The seat of %(seat)s is restored.") % {"seat": seat})
    return _back(seat.group)


# ---------------------------------------------------------------- Many at once
def partners_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a seat for each of several partners, with its representatives in it."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    form = PartnersForm(request.POST or None, group=group)
    if form.is_bound and form.is_valid():
        chosen = list(form.cleaned_data["partners"])
        added = save(form, lambda: seats.add_partners(group, chosen, by=request.user, at=timezone.now()))
        if added:
            number = len(chosen)
            words = ngettext("%(number)d partner has a seat now.", "%(number)d partners have a seat now.", number)
            say_done(request, words % {"number": number})
            return _back(group)
    intro = _("Each partner gets one seat. Its people come from the list of representatives.")
    context = form_context(group, _("Add partners"), form, submit=_("Add partners"), intro=intro)
    return render(request, "layouts/form.html", context)


@require_POST
def board_match(request: SignedIn, pk: int) -> HttpResponse:
    """Bring the seats and members of the board in line with the page of the board."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    if group.kind != Group.Kind.BOARD:
        messages.error(request, _("Only the board has the seats of the board."))
    elif seats.match_board(group, by=request.user, at=timezone.now()):
        say_done(request, _("The seats and members are those of the board now."))
    else:
        say_done(request, _("The seats and members were those of the board already."))
    return _back(group)


def _back(group: Group) -> HttpResponse:
    return redirect(f"{group.get_absolute_url()}#members")
