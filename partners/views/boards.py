"""The board of an area: its page, its seats and the terms in them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.history.pages import history_page
from onestop.ops.request_limits import takes_files
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from partners.board import composition, seats, terms
from partners.context.breadcrumbs import board_breadcrumbs, board_seat_breadcrumbs
from partners.context.lookups import get_board_seat, get_board_term
from partners.forms.boards import SeatForm, TermForm, accounts_in, held_facts
from partners.models import BoardSeat
from partners.network.current_area import enter_area
from partners.rules import demand, may


def board(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the board: who serves in which seat, how it meets the law, and its offices."""
    area = enter_area(request, slug)
    seen = composition.board_of(area, today=timezone.localdate())
    if request.GET.get("export") in spreadsheets.FORMATS:
        name = f"{slugify(f'board {area.name}')}-{timezone.localdate():%Y-%m-%d}"
        return spreadsheets.response(
            request.GET["export"], name=name, header=_header(), rows=_rows(seen), sheet=_("Board")
        )
    context = {
        "title": area.board_name,
        "area": area,
        "board": seen,
        "offices": [(office, seen.holders.get(office.pk)) for office in seen.offices],
        "checks": composition.checks_of(seen),
        "may_keep": may(request.user, "partners.keep_board", area),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "partners/board/board.html", context)


def _header() -> list[str]:
    return [
        _("Represents"), _("Seat"), _("Votes"), _("Member"), _("Position and employer"), _("First day"), _("Last day"),
        _("Nominated by"), _("Appointed by"),
    ]  # fmt: skip


def _rows(seen: composition.Board) -> Iterator[list[Any]]:
    for one in seen.seats:
        term, seat = one.term, one.seat
        person = [term.name, term.position, term.from_on, term.last_on] if term else [_("Vacant"), "", None, None]
        known = [str(seat.get_category_display()), seat.label, seat.is_voting]
        yield [*known, *person, seat.nominated_by, seat.appointed_by]


# ---------------------------------------------------------------- Seats
@idempotent
def board_seat_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a seat to the board."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_board", area)
    form = SeatForm(request.POST or None, initial={"is_voting": True, "category": request.GET.get("category", "")})
    if form.is_bound and form.is_valid():
        seat = save(form, lambda: seats.add_seat(area, facts=form.facts, by=request.user, at=timezone.now()))
        if seat:
            say_done(request, _("%(seat)s is added. Record who serves in it.") % {"seat": seat})
            return redirect(seat)
    context = {
        "title": _("Add a seat"),
        "crumbs": board_breadcrumbs(area),
        "here": _("Add a seat"),
        "form": form,
        "submit": _("Add seat"),
        "cancel_url": reverse("partners:board", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


def board_seat_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a seat with all who served in it."""
    seat = get_board_seat(request, pk)
    today = timezone.localdate()
    held = list(seat.terms.current().select_related("user", "proof_file").order_by("-from_on"))
    context = {
        "title": str(seat),
        "crumbs": board_breadcrumbs(seat.area),
        "seat": seat,
        "terms": held,
        "today": today,
        "holder": next((term for term in held if term.is_on(today)), None),
        "archive_url": reverse(f"partners:board_seat_{'restore' if seat.is_archived else 'archive'}", args=[pk]),
        "may_keep": may(request.user, "partners.keep_board", seat),
    }
    return render(request, "partners/board/board_seat_detail.html", context)


def board_seat_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a seat."""
    seat = get_board_seat(request, pk)
    demand(request, "partners.keep_board", seat)
    form = SeatForm(request.POST or None, initial=_facts(seat), version=version_of(seat))
    done, context = save_edit(
        form,
        lambda: seats.update_seat(seat, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        seat,
        lambda: _facts(get_board_seat(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(seat)
    context |= {
        "title": _("Edit %(name)s") % {"name": seat},
        "crumbs": board_seat_breadcrumbs(seat),
        "here": _("Edit"),
        "form": form,
        "cancel_url": seat.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context)


def _facts(seat: BoardSeat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in seats.FACTS}


@require_POST
def board_seat_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a seat that the board no longer has."""
    seat = get_board_seat(request, pk)
    demand(request, "partners.keep_board", seat)
    try:
        seats.archive_seat(seat, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect(seat)
    undo = reverse("partners:board_seat_restore", args=[pk])
    say_done(request, _("%(seat)s is archived.") % {"seat": seat}, undo=undo)
    return redirect("partners:board", slug=seat.area.slug)


@require_POST
def board_seat_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived seat."""
    seat = get_board_seat(request, pk)
    demand(request, "partners.keep_board", seat)
    seats.restore_seat(seat, by=request.user, at=timezone.now())
    say_done(request, _("%(seat)s is restored.") % {"seat": seat})
    return redirect(seat)


def board_seat_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a seat and of the terms in it."""
    seat = get_board_seat(request, pk)
    return history_page(request, seat, links=seats.LINKS, crumbs=board_seat_breadcrumbs(seat))


# ---------------------------------------------------------------- Terms
@takes_files
@idempotent
def board_term_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record somebody's term in a seat."""
    seat = get_board_seat(request, pk)
    demand(request, "partners.keep_board", seat)
    form = TermForm(request.POST or None, request.FILES or None, accounts=accounts_in(seat.area), is_new=True)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        term = save(form, lambda: terms.add_term(seat, facts=form.facts, by=request.user, at=timezone.now()))
        if term:
            undo = reverse("partners:board_term_remove", args=[term.pk])
            say_done(request, _("The term of %(person)s is recorded.") % {"person": term.name}, undo=undo)
            return redirect(seat)
    context = {
        "title": _("Add a term"),
        "crumbs": board_seat_breadcrumbs(seat),
        "here": _("Add a term"),
        "form": form,
        "submit": _("Add term"),
        "cancel_url": seat.get_absolute_url(),
        "intro": _("A person with an account gets the role of a WIB member for the days of the term."),
    }
    return render(request, "layouts/form.html", context, status=status_of(form))


@takes_files
def board_term_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a term, or record that somebody left early."""
    term = get_board_term(request, pk)
    form = TermForm(
        request.POST or None,
        request.FILES or None,
        initial=held_facts(term, terms.OWN),
        version=version_of(term),
        accounts=accounts_in(term.seat.area, term.user_id),
        is_new=False,
    )
    receive_files(request, form, at=timezone.now())
    done, context = save_edit(
        form,
        lambda: terms.update_term(term, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        term,
        lambda: held_facts(get_board_term(request, pk), terms.OWN),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(term)
    context |= {
        "title": _("Edit the term of %(name)s") % {"name": term.name},
        "crumbs": board_seat_breadcrumbs(term.seat),
        "here": _("Edit"),
        "form": form,
        "cancel_url": term.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context, status=status_of(form))


@require_POST
def board_term_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a term that was recorded by mistake."""
    term = get_board_term(request, pk)
    terms.remove_term(term, by=request.user, at=timezone.now())
    undo = reverse("partners:board_term_restore", args=[pk])
    say_done(request, _("The term of %(person)s is removed.") % {"person": term.name}, undo=undo)
    return redirect(term)


@require_POST
def board_term_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed term."""
    term = get_board_term(request, pk)
    try:
        terms.restore_term(term, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The term of %(person)s is restored.") % {"person": term.name})
    return redirect(term)
