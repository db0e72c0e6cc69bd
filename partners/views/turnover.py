"""End a seat, or deactivate a person, and hand over open items."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn
from partners.context.breadcrumbs import account_breadcrumbs
from partners.context.people import show_last_area
from partners.forms.people import HandoverForm
from partners.models import Membership
from partners.people import accounts, turnover
from partners.people.invitations import PLACES_WHOLE
from partners.people.turnover import Leaving
from partners.rules import demand


def seat_end(request: SignedIn, pk: int) -> HttpResponse:
    """Ask who takes over the open items of a seat, then end it."""
    rows = Membership.objects.visible_to(request.user).select_related("user", *PLACES_WHOLE)
    seat = get_object_or_404(rows, pk=pk)
    show_last_area(request)
    demand(request, "partners.end_seat", seat)
    if seat.ended_at:
        messages.info(request, _("This seat has already ended."))
        return redirect("partners:person_detail", pk=seat.user_id)

    def end(heirs: dict[str, User | None]) -> None:
        turnover.end_seat(seat, heirs=heirs, by=request.user, at=timezone.now())

    done = _("The seat has ended: %(seat)s.") % {"seat": seat}
    return _leave(request, turnover.leaving_one(seat), end, done=done, seat=seat)


def person_deactivate(request: SignedIn, pk: int) -> HttpResponse:
    """Ask who takes over the open items of a person, then deactivate the account."""
    person = get_object_or_404(accounts.people_visible_to(request.user), pk=pk)
    show_last_area(request)
    demand(request, "partners.deactivate_person", person)
    if not person.is_active:
        messages.info(request, _("%(person)s is already deactivated.") % {"person": person})
        return redirect("partners:person_detail", pk=person.pk)

    def close(heirs: dict[str, User | None]) -> None:
        turnover.deactivate(person, heirs=heirs, by=request.user, at=timezone.now())

    done = _("%(person)s is deactivated and can no longer sign in.") % {"person": person}
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
    title = _("End this seat of %(person)s?") if seat else _("Deactivate %(person)s?")
    context = {
        "title": title % {"person": person},
        "form": form,
        "person": person,
        "leaving": leaving,
        "seat": seat,
        "crumbs": account_breadcrumbs(request, person),
    }
    return render(request, "partners/people/handover_form.html", context)


def _after(request: SignedIn, leaving: Leaving) -> HttpResponse:
    if leaving.person == request.user:
        if leaving.deactivates:
            logout(request)
        return redirect("home")
    return redirect(reverse("partners:person_detail", args=[leaving.person.pk]))
