"""People with an account, as the network sees them: who they are, which seats they hold."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices.notify import notify
from partners.models import LocalArea, Membership, Organization, Role
from partners.models.people import Place, place_label
from partners.people import invitations
from partners.seats import forget_seats, seats_of


class CannotAddSeat(Refused):
    """The seat makes no sense, or its owner holds it already; the words say why."""


def people_visible_to(user: Any) -> QuerySet[User]:
    """Return the people of whose seats, held now or before, the user sees at least one; and the user."""
    if seats_of(user).everything:
        return User.objects.all()
    seats = Membership.objects.visible_to(user).filter(user_id=OuterRef("pk"))
    return User.objects.filter(Q(pk=user.pk) | Exists(seats))


def accounts_of(area: LocalArea) -> QuerySet[Membership]:
    """Return the seats held now in the area and for its partners."""
    return Membership.objects.current().in_area(area)


def colleagues_of(organization: Organization, viewer: User) -> QuerySet[Membership]:
    """Return the seats held now for an organization or one of its partnerships, as far as the viewer sees them."""
    seats = Membership.objects.current().visible_to(viewer)
    return seats.filter(Q(organization=organization) | Q(partnership__organization=organization))


@transaction.atomic
def add_seat(person: User, *, role: Role | str, place: Place, by: User, at: datetime) -> Membership:
    """Give a seat to somebody who has an account, and tell them.

    :raises CannotAddSeat: if the person may not sign in, holds the seat, or there is no such seat.
    """
    if not person.is_active:
        raise CannotAddSeat(f"{person} cannot sign in. Send an invitation instead: it brings the account back.")
    try:
        seat = invitations.seat_fields(role, place)
    except invitations.CannotInvite as problem:
        raise CannotAddSeat(str(problem)) from problem
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=person, since=at, **seat)
    except IntegrityError:
        raise CannotAddSeat(f"{person} holds this seat already: {Role(role).label}, {place_label(place)}.") from None
    forget_seats(person)
    tell_seated(membership, by=by, at=at)
    return membership


def tell_seated(seat: Membership, *, by: User, at: datetime) -> None:
    """Tell somebody who has an account that they hold a seat now, in the running transaction."""
    notify(
        "partners.seat_added",
        key=f"seat-added:{seat.pk}",
        to=seat.user,
        at=at,
        about=[seat, seat.place],
        scope=invitations.area_of(seat.place),
        why=f"{by.name} gave you this seat.",
        path="/",
        context={
            "person": seat.user,
            "seat": seat,
            "by": by,
            "role": invitations.words_for(seat.role),
            "what": invitations.WHAT_A_ROLE_IS[Role(seat.role)],
            "network": invitations.network_of(seat.place),
        },
    )
