"""Pages for when a person leaves: one seat, or altogether."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn
from partners.context.people import show_last_area
from partners.forms.people import HandoverForm
from partners.models import Membership
from partners.people import accounts, turnover
from partners.people.invitations import PLACES_WHOLE
from partners.people.turnover import Leaving
from partners.rules import demand


def seat_end(request: SignedIn, pk: int) -> HttpResponse:
    """Ask who takes over what hangs on a seat, then end it."""
    rows = Membership.objects.visible_to(request.user).select_related("user", *PLACES_WHOLE)
    seat = get_object_or_404(rows, pk=pk)
    show_last_area(request)
    demand(request, "partners.end_seat", seat)
    if seat.ended_at:
        messages.info(request, "This seat has ended already.")
        return redirect("partners:person_detail", pk=seat.user_id)

    def end(heirs: dict[str, User | None]) -> None:
        turnover.end_seat(seat, heirs=heirs, by=request.user, at=timezone.now())

    return _leave(request, turnover.leaving_one(seat), end, done=f"The seat has ended: {seat}.", seat=seat)


def person_deactivate(request: SignedIn, pk: int) -> HttpResponse:
    """Ask who takes over what a person has in hand, then close their account."""
    person = get_object_or_404(accounts.people_visible_to(request.user), pk=pk)
    show_last_area(request)
    demand(request, "partners.deactivate_person", person)
    if not person.is_active:
        messages.info(request, f"{person} was deactivated already.")
        return redirect("partners:person_detail", pk=person.pk)

    def close(heirs: dict[str, User | None]) -> None:
        turnover.deactivate(person, heirs=heirs, by=request.user, at=timezone.now())

    done = f"{person} can no longer sign in. What they did keeps their name."
    return _leave(request, turnover.leaving_all(person), close, done=done)


def _leave(
    request: SignedIn,
    leaving: Leaving,
    act: Callable[[dict[str, User | None]], None],
    *,
    done: str,
    seat: Membership | None = None,
) -> HttpResponse:
    person = leaving.person
    form = HandoverForm(request.POST if request.method == "POST" else None, found=turnover.open_items(leaving))
    if request.method == "POST" and form.is_valid():
        try:
            act(form.chosen)
        except turnover.CannotLeave as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, done)
            return _after(request, leaving)
    title = f"End this seat of {person}?" if seat else f"Deactivate {person}?"
    context = {"title": title, "form": form, "person": person, "leaving": leaving, "seat": seat}
    return render(request, "partners/people/handover_form.html", context)


def _after(request: SignedIn, leaving: Leaving) -> HttpResponse:
    if leaving.person == request.user:
        if leaving.deactivates:
            logout(request)
        return redirect("home")
    return redirect(reverse("partners:person_detail", args=[leaving.person.pk]))
