"""The people of a partner and their functions: signs, attends, edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from partners.models import Invitation, Membership, Organization, Partnership, Representative, Role
from partners.seats import seats_of


@dataclass
class Person:
    """One person of a partner, and the functions of that person."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    representative: Representative | None = None
    signs: bool = False
    attends: str = ""
    is_main: bool = False
    edits: bool = False
    last_here: datetime | None = None
    is_invited: bool = False
    is_switched_off: bool = False

    @property
    def is_active(self) -> bool:
        """Whether the person counts: people who are only invited, or whose account is deactivated, do not."""
        return not (self.is_invited or self.is_switched_off)


@dataclass(frozen=True)
class Roster:
    """The people of a partner, by function."""

    people: Sequence[Person]

    @property
    def signing(self) -> list[Person]:
        """The people who can sign."""
        return [person for person in self.people if person.is_active and person.signs]

    @property
    def attending(self) -> list[Person]:
        """The people who represent the partner in meetings."""
        return [person for person in self.people if person.is_active and person.attends]

    @property
    def editing(self) -> list[Person]:
        """The people who edit the partner."""
        return [person for person in self.people if person.is_active and person.edits]

    @property
    def main(self) -> Person | None:
        """The main representative."""
        return next((person for person in self.attending if person.is_main), None)

    @property
    def addresses(self) -> list[str]:
        """The email addresses of the representatives."""
        return [person.email for person in self.attending if person.email]


def roster_of(partnership: Partnership, viewer: Any) -> Roster:
    """Return the people of a partner whom the viewer may know: representatives are known to all who see the partner."""
    spokespeople = list(
        partnership.representatives.current()
        .with_signing()
        .select_related("user")
        .order_by("-kind", Lower("name"), "pk")
    )
    spokespeople.sort(key=lambda representative: representative.kind != Representative.Kind.MAIN)
    seats = list(
        Membership.objects.visible_to(viewer)
        .current()
        .of_partnership(partnership)
        .filter(user__is_active=True)
        .select_related("user")
        .order_by(Lower("user__name"), "pk")
    )
    managers = {seat.user_id for seat in seats if seat.role == Role.MANAGER}
    people = [_spokesperson(representative, managers) for representative in spokespeople]
    if knows_accounts(partnership, viewer):
        known = {representative.user_id for representative in spokespeople}
        people += [_account(seat, managers) for seat in _once_each(seats) if seat.user_id not in known]
        people += _invited(partnership, viewer, people)
    else:
        for person in people:
            person.last_here = None
    return Roster(people)


def accounts_of(organization: Organization, viewer: Any) -> list[Person]:
    """Return the people with an account for an organization whom the viewer may know."""
    seats = (
        Membership.objects.visible_to(viewer)
        .current()
        .filter(Q(organization=organization) | Q(partnership__organization=organization), user__is_active=True)
        .select_related("user")
        .order_by(Lower("user__name"), "pk")
    )
    managers = {seat.user_id for seat in seats if seat.role == Role.MANAGER}
    return [_account(seat, managers) for seat in _once_each(list(seats))]


def knows_accounts(partnership: Partnership, viewer: Any) -> bool:
    """Whether the viewer manages this partner or belongs to it, and so may see who has an account."""
    seats = seats_of(viewer)
    return (
        seats.everything
        or partnership.area_id in seats.staff_area_ids
        or partnership.area.state_id in seats.state_ids
        or partnership.pk in seats.partnership_ids
    )


def _spokesperson(representative: Any, managers: set[int]) -> Person:
    is_main = representative.kind == Representative.Kind.MAIN
    words = [representative.job_title, _("main representative") if is_main else _("alternate")]
    return Person(
        name=representative.name,
        role=", ".join(word for word in words if word),
        email=representative.email,
        phone=representative.phone,
        representative=representative,
        signs=representative.signs_now,
        attends=_("Main") if is_main else _("Alternate"),
        is_main=is_main,
        edits=representative.user_id in managers,
        last_here=representative.user.last_login if representative.user else None,
        is_switched_off=bool(representative.user and not representative.user.is_active),
    )


def _account(seat: Membership, managers: set[int]) -> Person:
    user = seat.user
    return Person(
        name=str(user),
        role=user.job_title or seat.get_role_display(),
        email=user.email,
        phone=user.phone,
        edits=user.pk in managers,
        last_here=user.last_login,
    )


def _once_each(seats: Sequence[Membership]) -> list[Membership]:
    return list({seat.user_id: seat for seat in seats}.values())


def _invited(partnership: Partnership, viewer: Any, known: Sequence[Person]) -> list[Person]:
    addresses = {person.email.lower() for person in known}
    invitations = Invitation.objects.open().visible_to(viewer).filter(partnership=partnership)
    return [
        Person(name=invitation.name or invitation.email, role=invitation.get_role_display(), is_invited=True)
        for invitation in invitations.order_by("pk")
        if invitation.email not in addresses
    ]
