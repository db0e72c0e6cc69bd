"""Whom to ask in an area or a state, and whom to tell at an e-mail address."""

from dataclasses import dataclass

from onestop.accounts.models import User
from partners.models import LocalArea, Membership, Role
from partners.models.people import MembershipQuerySet


@dataclass(frozen=True)
class Contact:
    """A person to ask."""

    name: str
    email: str


def contact_in(area: LocalArea) -> Contact | None:
    """Return whom to ask in an area: who has been its staff for longest."""
    return first_of(Membership.objects.filter(role=Role.STAFF, area=area))


def first_of(seats: MembershipQuerySet) -> Contact | None:
    """Return whoever has held one of these seats for longest."""
    held = seats.current().filter(user__is_active=True)
    seat = held.select_related("user").order_by("since", "pk").first()
    return Contact(seat.user.name, seat.user.email) if seat else None


def person_at(email: str, account: User | None) -> User | str:
    """Return whom to tell at an address: the person, if it is the one of an account that is open; else the address."""
    return account if account and account.is_active and account.email == email.lower() else email
