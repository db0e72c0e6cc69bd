"""People with accounts: lists of an area and of an organization, detail, history, add a seat."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.load import loads_of
from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.history.pages import history_page
from onestop.ui.lists import list_page
from partners.context.breadcrumbs import account_breadcrumbs, accounts_breadcrumbs
from partners.context.people import accounts_tabs, show_area_of, show_last_area, with_mail, with_rights
from partners.filters.people import SeatFilters
from partners.forms.people import SeatForm
from partners.models import Invitation, Membership, Organization, Partnership, Representative, Role
from partners.network.current_area import enter_area
from partners.people import accounts
from partners.people.invitations import PLACES_WHOLE
from partners.people.single_person_risk import Risk, risks_with
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.people import SEAT_EXPORT, SeatTable


def seat_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show the accounts of the area and of its partners."""
    area = enter_area(request, slug)
    demand(request, "partners.view_accounts", area)
    seats = accounts.accounts_of(area).select_related("user", *PLACES_WHOLE)
    return list_page(
        request,
        key=f"accounts:{area.slug}",
        title=_("Accounts"),
        queryset=seats,
        filters=SeatFilters,
        table=SeatTable,
        template="partners/people/seat_list.html",
        export=SEAT_EXPORT,
        given=lambda rows: {"loads": loads_of({seat.user_id for seat in rows}, timezone.now())},
        context={
            "area": area,
            "tabs": accounts_tabs(request, area),
            "may_invite": may(request.user, "partners.invite_to_area", area),
        },
    )


def colleague_list(request: SignedIn, pk: int) -> HttpResponse:
    """Show the people of one organization who have an account or are invited."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    show_area_of(request, organization)
    demand(request, "partners.view_colleagues", organization)
    seats = accounts.colleagues_of(organization, request.user).select_related("user", *PLACES_WHOLE)
    invited = Invitation.objects.open().visible_to(request.user)
    invited = invited.filter(Q(organization=organization) | Q(partnership__organization=organization))
    may_invite = may(request.user, "partners.invite_to_organization", organization)
    return render(
        request,
        "partners/people/colleague_list.html",
        {
            "title": _("People of %(organization)s") % {"organization": organization},
            "organization": organization,
            "seats": seats.order_by("role", Lower("user__name"), "pk"),
            "invitations": with_mail(invited).order_by(Lower("name"), "pk") if may_invite else [],
            "may_invite": may_invite,
            "tabs": _own_organizations(request, organization),
        },
    )


def _own_organizations(request: SignedIn, here: Organization) -> list[dict[str, Any]]:
    ids = seats_of(request.user).organization_ids
    if len(ids) < 2 or here.pk not in ids:
        return []
    own = Organization.objects.filter(pk__in=ids).order_by(Lower("name"), "pk")
    return [
        {"label": one.name, "url": reverse("partners:colleague_list", args=[one.pk]), "current": one == here}
        for one in own
    ]


def person_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show a person: seats, partners that the person represents, contact."""
    person = get_object_or_404(accounts.people_visible_to(request.user), pk=pk)
    show_last_area(request)
    may_deactivate = may(request.user, "partners.deactivate_person", person)
    # Whoever plans what is asked of a person, and the person.
    sees_load = may_deactivate or person == request.user or bool(seats_of(request.user).staff_area_ids)
    seats = Membership.objects.visible_to(request.user).filter(user=person)
    seats = seats.select_related(*PLACES_WHOLE).order_by("ended_at", "-since", "pk")
    spoken = Representative.objects.visible_to(request.user).filter(user=person)
    spoken = spoken.select_related("partnership__organization", "partnership__area").order_by("archived_at", "pk")
    return render(
        request,
        "partners/people/person_detail.html",
        {
            "title": person.name,
            "person": person,
            "seats": [(seat, may(request.user, "partners.end_seat", seat)) for seat in seats if not seat.ended_at],
            "former": [seat for seat in seats if seat.ended_at],
            "spoken": spoken,
            "risks": with_rights(request, leaving_risks(request, person)),
            "crumbs": accounts_breadcrumbs(request),
            "may_deactivate": person.is_active and may_deactivate,
            "may_read_history": may_deactivate or person == request.user,
            "loads": loads_of([person.pk], timezone.now())[person.pk] if sees_load else (),
            "may_add_seat": person.is_active and bool(seats_of(request.user).staff_area_ids & _area_ids(request)),
        },
    )


def leaving_risks(request: SignedIn, person: User) -> list[Risk]:
    """Return the dependencies on the person in all partnerships that the reader sees."""
    seats = Membership.objects.current().filter(user=person)
    theirs = (
        Partnership.objects.visible_to(request.user)
        .current()
        .filter(
            Q(pk__in=seats.exclude(partnership=None).values("partnership"))
            | Q(organization__in=seats.exclude(organization=None).values("organization"))
            | Q(pk__in=Representative.objects.in_office().filter(user=person).values("partnership"))
        )
    )
    return risks_with(theirs, request.user, user_id=person.pk)


def _area_ids(request: SignedIn) -> set[int]:
    area = getattr(request, "area", None)
    return {area.pk} if area else set()


def person_history(request: SignedIn, pk: int) -> HttpResponse:
    """Show the history of a person and their seats to the person, and to staff who manage all of these seats."""
    person = get_object_or_404(accounts.people_visible_to(request.user), pk=pk)
    show_last_area(request)
    if person != request.user:
        demand(request, "partners.deactivate_person", person)
    return history_page(request, person, links=["memberships"], crumbs=account_breadcrumbs(request, person))


def colleague_home(request: SignedIn) -> HttpResponse:
    """Redirect to the people of the user's organization, preferably one that the user manages."""
    seats = seats_of(request.user)
    managed = Organization.objects.filter(partnerships__in=seats.managed_partnership_ids).order_by("pk").first()
    own = [managed.pk] if managed else sorted(seats.organization_ids)
    if not own:
        raise Http404("No organization.")
    return redirect("partners:colleague_list", pk=own[0])


@idempotent
def seat_add(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Give somebody who has an account another seat in the area, or in one of its partners."""
    area = enter_area(request, slug)
    person = get_object_or_404(accounts.people_visible_to(request.user), pk=pk)
    demand(request, "partners.invite_to_area", area)
    partnerships = Partnership.objects.current().filter(area=area)
    roles = [Role.MANAGER, Role.REPRESENTATIVE, Role.BOARD, Role.STAFF]
    form = SeatForm(request.POST or None, roles=roles, home=area, partnerships=partnerships)
    if request.method == "POST" and form.is_valid():
        try:
            seat = accounts.add_seat(
                person,
                role=form.cleaned_data["role"],
                place=form.place,
                by=request.user,
                at=timezone.now(),
            )
        except accounts.CannotAddSeat as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(person)s has a new seat: %(seat)s.") % {"person": person, "seat": seat})
            return redirect("partners:person_detail", pk=person.pk)
    return render(
        request,
        "partners/people/seat_form.html",
        {
            "title": _("Add a seat for %(person)s") % {"person": person},
            "form": form,
            "person": person,
            "area": area,
            "crumbs": account_breadcrumbs(request, person),
        },
    )
