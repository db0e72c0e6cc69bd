"""The contact person of an area or a state, and the recipient at an email address."""

from dataclasses import dataclass

from onestop.accounts.models import User
from partners.models import LocalArea, Membership, Role
from partners.models.people import MembershipQuerySet


@dataclass(frozen=True)
class Contact:
    """A contact person."""

    name: str
    email: str


def contact_in(area: LocalArea) -> Contact | None:
    """Return the contact person of an area: its longest-serving staff member."""
    return first_of(Membership.objects.filter(role=Role.STAFF, area=area))


def first_of(seats: MembershipQuerySet) -> Contact | None:
    """Return the person who has held one of these seats the longest."""
    held = seats.current().filter(user__is_active=True)
    seat = held.select_related("user").order_by("since", "pk").first()
    return Contact(seat.user.name, seat.user.email) if seat else None


def person_at(email: str, account: User | None) -> User | str:
    """Return the person whose active account uses the address, or else the address."""
    return account if account and account.is_active and account.email == email.lower() else email
