"""People with an account, and the seats that they hold."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Membership, Organization, Role
from partners.models.people import Place, place_label
from partners.people import invitations
from partners.seats import forget_seats, seats_of


class CannotAddSeat(Refused):
    """The seat does not exist at this place, or the person already holds it."""


def people_visible_to(user: Any) -> QuerySet[User]:
    """Return the user, and the people with a current or former seat that the user can see."""
    if seats_of(user).everything:
        return User.objects.all()
    seats = Membership.objects.visible_to(user).filter(user_id=OuterRef("pk"))
    return User.objects.filter(Q(pk=user.pk) | Exists(seats))


def accounts_of(area: LocalArea) -> QuerySet[Membership]:
    """Return the current seats in the area and for its partners."""
    return Membership.objects.current().in_area(area)


def colleagues_of(organization: Organization, viewer: User) -> QuerySet[Membership]:
    """Return the current seats for an organization or one of its partnerships that the viewer can see."""
    seats = Membership.objects.current().visible_to(viewer)
    return seats.filter(Q(organization=organization) | Q(partnership__organization=organization))


@transaction.atomic
def add_seat(person: User, *, role: Role | str, place: Place, by: User | None, at: datetime) -> Membership:
    """Give a seat to a person who has an account, and notify the person.

    Without ``by`` nobody gave it: a term on the board has begun.

    :raises CannotAddSeat: if the person cannot sign in, already holds the seat, or there is no such seat.
    """
    if not person.is_active:
        raise CannotAddSeat(
            _("%(person)s cannot sign in. Send an invitation instead. Accepting it reactivates the account.")
            % {"person": person}
        )
    try:
        seat = invitations.seat_fields(role, place)
    except invitations.CannotInvite as problem:
        raise CannotAddSeat(str(problem)) from problem
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=person, since=at, **seat)
    except IntegrityError:
        names = {"person": person, "role": Role(role).label, "place": place_label(place)}
        raise CannotAddSeat(_("%(person)s already holds this seat: %(role)s, %(place)s.") % names) from None
    forget_seats(person)
    tell_seated(membership, by=by, at=at)
    return membership


def tell_seated(seat: Membership, *, by: User | None, at: datetime) -> None:
    """Notify a person who has an account about a new seat, in the current transaction."""
    notify(
        "partners.seat_added",
        key=f"seat-added:{seat.pk}",
        to=seat.user,
        at=at,
        about=[seat, seat.place],
        scope=invitations.area_of(seat.place),
        why=_("%(name)s gave you this seat.") % {"name": by.name} if by else _("Your term on the board has begun."),
        path="/",
        context={
            "person": seat.user,
            "seat": seat,
            "by": by,
            "role": invitations.words_for(seat.role),
            "what": str(invitations.WHAT_A_ROLE_IS[Role(seat.role)]),
            "network": invitations.network_of(seat.place),
        },
    )
