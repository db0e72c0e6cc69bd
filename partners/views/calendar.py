"""The holidays of an area, the rooms of its buildings, and the fiscal year of its state."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.context.breadcrumbs import center_breadcrumbs, location_breadcrumbs
from partners.context.lookups import get_center, get_holiday, get_location, get_room
from partners.forms.calendar import HolidayForm, RoomForm, StateForm
from partners.models import Center, Holiday, Location, Room, State
from partners.network import rooms, states
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.schedule import holidays


# ---------------------------------------------------------------- Holidays
def holiday_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the holidays of this and the next year."""
    area = enter_area(request, slug)
    this = timezone.localdate().year
    known = Holiday.objects.filter(area=area).between(date(this, 1, 1), date(this + 1, 12, 31)).order_by("day")
    context = {
        "title": _("Holidays"),
        "area": area,
        "today": timezone.localdate(),
        "years": [(year, [one for one in known if one.day.year == year]) for year in (this, this + 1)],
        "may_keep": may(request.user, "partners.keep_calendar", area),
    }
    return render(request, "partners/schedule/holiday_list.html", context)


@require_POST
def holiday_fill(request: SignedIn, slug: str) -> HttpResponse:
    """Add the public holidays of the state that are missing in this and the next year."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_calendar", area)
    this = timezone.localdate().year
    number = holidays.fill_holidays(area, years=(this, this + 1), by=request.user, at=timezone.now())
    done = ngettext("%(number)d holiday is added.", "%(number)d holidays are added.", number) % {"number": number}
    say_done(request, done if number else _("All public holidays are in the list, or were removed from it."))
    return redirect("partners:holiday_list", slug=slug)


@idempotent
def holiday_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a holiday."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_calendar", area)
    form = HolidayForm(request.POST or None, initial={"closes_centers": True})
    if form.is_bound and form.is_valid():
        holiday = save(form, lambda: holidays.add_holiday(area, facts=form.facts, by=request.user, at=timezone.now()))
        if holiday:
            undo = reverse("partners:holiday_remove", args=[holiday.pk])
            say_done(request, _("%(holiday)s is added.") % {"holiday": holiday}, undo=undo)
            return redirect("partners:holiday_list", slug=slug)
    context = {
        "title": _("Add a holiday"),
        "crumbs": [(_("Holidays"), reverse("partners:holiday_list", args=[slug]))],
        "here": _("Add a holiday"),
        "form": form,
        "submit": _("Add holiday"),
        "cancel_url": reverse("partners:holiday_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


def holiday_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a holiday."""
    holiday = get_holiday(request, pk)
    form = HolidayForm(request.POST or None, initial=_facts(holiday), version=version_of(holiday))
    done, context = save_edit(
        form,
        lambda: holidays.update_holiday(
            holiday, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        holiday,
        lambda: _facts(get_holiday(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect("partners:holiday_list", slug=holiday.area.slug)
    home = reverse("partners:holiday_list", args=[holiday.area.slug])
    context |= {
        "title": _("Edit %(name)s") % {"name": holiday.name},
        "crumbs": [(_("Holidays"), home)],
        "here": _("Edit"),
        "form": form,
        "cancel_url": home,
    }
    return render(request, "layouts/edit_form.html", context)


def _facts(holiday: Holiday) -> dict[str, Any]:
    return {name: getattr(holiday, name) for name in holidays.FACTS}


@require_POST
def holiday_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a holiday."""
    holiday = get_holiday(request, pk)
    holidays.remove_holiday(holiday, by=request.user, at=timezone.now())
    undo = reverse("partners:holiday_restore", args=[pk])
    say_done(request, _("%(holiday)s is removed.") % {"holiday": holiday}, undo=undo)
    return redirect("partners:holiday_list", slug=holiday.area.slug)


@require_POST
def holiday_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed holiday."""
    holiday = get_holiday(request, pk)
    try:
        holidays.restore_holiday(holiday, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(holiday)s is restored.") % {"holiday": holiday})
    return redirect("partners:holiday_list", slug=holiday.area.slug)


# ---------------------------------------------------------------- Rooms
@idempotent
def room_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a room to a center."""
    center = get_center(request, pk)
    demand(request, "partners.edit_center", center)
    return _add_room(request, center)


@idempotent
def location_room_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a room to a location."""
    location = get_location(request, pk)
    demand(request, "partners.edit_location", location)
    return _add_room(request, location)


def _add_room(request: SignedIn, place: Center | Location) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if form.is_bound and form.is_valid():
        room = save(form, lambda: rooms.add_room(place, facts=form.facts, by=request.user, at=timezone.now()))
        if room:
            undo = reverse("partners:room_archive", args=[room.pk])
            say_done(request, _("The room %(room)s is added.") % {"room": room.name}, undo=undo)
            return redirect(room)
    crumbs = _crumbs(place)
    context = {
        "title": _("Add a room"),
        "crumbs": crumbs,
        "here": _("Add a room"),
        "form": form,
        "submit": _("Add room"),
        "cancel_url": crumbs[-1][1],
    }
    return render(request, "layouts/form.html", context)


def room_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a room."""
    room = get_room(request, pk)
    form = RoomForm(request.POST or None, initial=_room_facts(room), version=version_of(room))
    done, context = save_edit(
        form,
        lambda: rooms.update_room(room, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        room,
        lambda: _room_facts(get_room(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(room)
    context |= {
        "title": _("Edit %(name)s") % {"name": room.name},
        "crumbs": _crumbs(room.place),
        "here": _("Edit"),
        "form": form,
        "cancel_url": room.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context)


def _room_facts(room: Room) -> dict[str, Any]:
    return {name: getattr(room, name) for name in rooms.FACTS}


def _crumbs(place: Center | Location) -> list[tuple[str, str]]:
    return center_breadcrumbs(place) if isinstance(place, Center) else location_breadcrumbs(place)


@require_POST
def room_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a room."""
    room = get_room(request, pk)
    rooms.archive_room(room, by=request.user, at=timezone.now())
    undo = reverse("partners:room_restore", args=[pk])
    say_done(request, _("The room %(room)s is archived.") % {"room": room.name}, undo=undo)
    return redirect(room)


@require_POST
def room_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived room."""
    room = get_room(request, pk)
    try:
        rooms.restore_room(room, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The room %(room)s is restored.") % {"room": room.name})
    return redirect(room)


# ---------------------------------------------------------------- The state
def state_edit(request: SignedIn, code: str) -> HttpResponse:
    """Edit a state: its agency, and the month in which its fiscal year starts."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "partners.edit_state", state)
    form = StateForm(request.POST or None, initial=_state_facts(state), version=version_of(state))
    done, context = save_edit(
        form,
        lambda: states.update_state(state, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        state,
        lambda: _state_facts(State.objects.get(pk=state.pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect("dashboards:state", code=code)
    context |= {
        "title": _("Edit %(name)s") % {"name": state.name},
        "form": form,
        "cancel_url": reverse("dashboards:state", args=[code]),
    }
    return render(request, "layouts/edit_form.html", context)


def _state_facts(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in states.FACTS}
