"""Inviting people: the only way to an account, and the usual way to a seat.

The link in the mail is the invitation's number and random part, signed: it can be sent again. Opening it changes
nothing, so that a mail scanner may; only the button on its page does.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import get_random_string

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices.notify import notify
from onestop.ops.request_numbers import whole_number
from partners.models import Invitation, LocalArea, Membership, Organization, Partnership, Representative, Role, State
from partners.models.people import AREA_ROLES, ORGANIZATION_ROLES, STATE_ROLES, Place, place_label
from partners.people.contacts import Contact, contact_in, first_of, person_at
from partners.people.withdrawals import take_back_invitations
from partners.seats import forget_seats

SIGNER = Signer(sep=".", salt="partners.people.invitations")
PAUSE_BEFORE_RESENDING = timedelta(minutes=1)

PLACES = ("state", "area", "partnership", "organization")
SEAT_FIELDS = ("role", *PLACES)
# With all that their words need.
PLACES_WHOLE = ("state", "area", "partnership__organization", "partnership__area", "organization")

WHAT_A_ROLE_IS = {
    Role.STATE: "read everything in all areas of the state",
    Role.STAFF: "run the area's partner network: partners, services and people",
    Role.MANAGER: "keep your organization's services, people and locations right",
    Role.REPRESENTATIVE: "see the network and speak for your organization",
    Role.BOARD: "see how the network works, and follow it for the board",
}


class CannotInvite(Refused):
    """The invitation makes no sense; the words say why."""


class AlreadyInvited(CannotInvite):
    """Somebody has invited this address to the same seat, and the invitation is open still."""

    def __init__(self, words: str, invitation: Invitation) -> None:
        super().__init__(words)
        self.invitation = invitation


class CannotResend(Refused):
    """The invitation is over, or went out a moment ago."""


class CannotWithdraw(Refused):
    """The invitation is over already."""


class CannotAccept(Refused):
    """The invitation is over, or is somebody else's; the words say what to do."""


# ---------------------------------------------------------------- Inviting
def invite(
    *, email: str, name: str, role: Role | str, place: Place, message: str = "", by: User | None, at: datetime
) -> Invitation:
    """Offer somebody a seat by e-mail.

    :raises AlreadyInvited: if the address has an open invitation to this seat; it can be sent again.
    :raises CannotInvite: if the seat makes no sense there, or its owner holds it already.
    """
    email = User.objects.normalize_email(email)
    seat = seat_fields(role, place)
    account = find_account(email)
    if account and account.is_active and Membership.objects.current().filter(user=account, **seat).exists():
        raise CannotInvite(f"{account} holds this seat already: {Role(role).label}, {place_label(place)}.")
    nonce = get_random_string(24)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                **seat,
                email=email,
                name=name.strip(),
                message=message.strip(),
                nonce=nonce,
                invited_by=by,
                invited_at=at,
                last_sent_at=at,
                expires_at=at + timedelta(days=settings.INVITATION_DAYS),
            )
            tell_invited(invitation, at=at)
    except IntegrityError:
        # Asked of the constraint, not of a query before it: a colleague may be inviting the same person right now.
        known = Invitation.objects.open().get(email=email, **seat)
        raise AlreadyInvited(
            f"{email} has an open invitation to this seat, from {known.invited_by or known.place_label}.",
            known,
        ) from None
    return invitation


@transaction.atomic
def resend(invitation: Invitation, *, by: User | None, at: datetime) -> Invitation:
    """Send the same link again, and let it live as long as a new one.

    :raises CannotResend: if it is over, or was sent within the last minute.
    """
    invitation = _locked(invitation)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise CannotResend(f"This invitation was {'accepted' if invitation.accepted_at else 'withdrawn'} already.")
    if at - invitation.last_sent_at < PAUSE_BEFORE_RESENDING:
        raise CannotResend(f"This invitation was sent to {invitation.email} a moment ago. Give it a minute.")
    invitation.last_sent_at, invitation.times_sent = at, invitation.times_sent + 1
    invitation.expires_at = at + timedelta(days=settings.INVITATION_DAYS)
    invitation.invited_by = by or invitation.invited_by
    invitation.save(update_fields=["last_sent_at", "times_sent", "expires_at", "invited_by"])
    take_back_invitations(invitation, why="It was sent again.")
    tell_invited(invitation, at=at)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Take an invitation back; its link then says so.

    :raises CannotWithdraw: if it is over already.
    """
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise CannotWithdraw(f"{invitation.accepted_by} has accepted already. You can end the seat instead.")
    if invitation.withdrawn_at:
        raise CannotWithdraw("This invitation was withdrawn already.")
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    take_back_invitations(invitation, why="The invitation was withdrawn.")
    return invitation


# ---------------------------------------------------------------- Accepting
@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Take the seat, with the account one has.

    :raises CannotAccept: if the invitation is over, or is to another address than the account's.
    """
    # Lock: a double click, or two tabs, must not each find it open.
    invitation = _locked(invitation)
    _demand_open(invitation, at)
    if not owns_address(by, invitation.email):
        raise CannotAccept(f"This invitation is for {invitation.email}. You are signed in as {by.email}.")
    return _take_seat(invitation, by, at)


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str | None, at: datetime) -> User:
    """Make an account for the invited address, and take the seat with it; without a password they sign in by code.

    Somebody whose account was deactivated comes back to it, with all their history.

    :raises CannotAccept: if the invitation is over, or the address has an account.
    """
    # Lock: a double click, or two tabs, must not each find it open.
    invitation = _locked(invitation)
    _demand_open(invitation, at)
    user = find_account(invitation.email)
    if user and user.is_active:
        raise CannotAccept(f"There is an account for {invitation.email}. Sign in to accept.")
    if user:
        user.is_active, user.deactivated_at = True, None
    else:
        user = User(email=invitation.email)
    user.name = name.strip()
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise CannotAccept(f"There is an account for {invitation.email} now. Sign in to accept.") from None
    # The link has just proved that the address is theirs.
    EmailAddress.objects.update_or_create(
        user=user, email=invitation.email, defaults={"verified": True, "primary": invitation.email == user.email}
    )
    _take_seat(invitation, user, at)
    return user


def _take_seat(invitation: Invitation, user: User, at: datetime) -> Membership:
    seat: dict[str, Any] = {name: getattr(invitation, name) for name in SEAT_FIELDS}
    membership, _ = Membership.objects.get_or_create(user=user, **seat, ended_at=None, defaults={"since": at})
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    take_back_invitations(invitation, why="The invitation was accepted.")
    if isinstance(invitation.place, Partnership | Organization):
        # Whoever was known as speaking for them by this address is this person.
        Representative.objects.current().filter(
            user=None, email__iexact=invitation.email, partnership__in=partnerships_of(invitation.place)
        ).update(user=user)
    forget_seats(user)
    return membership


def _demand_open(invitation: Invitation, at: datetime) -> None:
    if invitation.accepted_at:
        raise CannotAccept("You have accepted this invitation already.")
    if invitation.withdrawn_at:
        raise CannotAccept("This invitation was withdrawn.")
    if invitation.has_expired(at):
        raise CannotAccept("This invitation has expired.")


# ---------------------------------------------------------------- What an invitation says
def link_of(invitation: Invitation) -> str:
    """Return the address that the mail holds."""
    return settings.PUBLIC_URL + reverse("partners:invitation_accept", kwargs={"token": token_of(invitation)})


def token_of(invitation: Invitation) -> str:
    """Return the part of its link that proves the invitation."""
    return SIGNER.sign(f"{invitation.pk}-{invitation.nonce}")


def find_by_token(token: str) -> Invitation | None:
    """Return the invitation that a link means, if we wrote that link."""
    try:
        pk, _, nonce = SIGNER.unsign(token).partition("-")
    except BadSignature:
        return None
    known = Invitation.objects.select_related(*PLACES_WHOLE, "invited_by", "accepted_by")
    return known.filter(pk=whole_number(pk) or 0, nonce=nonce).first()


def contact_of(invitation: Invitation) -> Contact | None:
    """Return whom to ask: who invited, or else the staff of the area, or the administrator of the state."""
    if invitation.invited_by and invitation.invited_by.is_active:
        return Contact(invitation.invited_by.name, invitation.invited_by.email)
    place = invitation.place
    if isinstance(place, Organization):
        return first_of(Membership.objects.filter(role=Role.STATE, state=place.state_id))
    area = area_of(place)
    return contact_in(area) if area else None


def network_of(place: Place) -> str:
    """Return the name of the network to which a place belongs, as people say it."""
    area = area_of(place)
    return f"the {area} partner network" if area else f"the partner networks of {place}"


def area_of(place: Place) -> LocalArea | None:
    """Return the area of a place; a state and a whole organization are in none."""
    if isinstance(place, LocalArea):
        return place
    return place.area if isinstance(place, Partnership) else None


def partnerships_of(place: Partnership | Organization) -> QuerySet[Partnership]:
    """Return the partnerships that a seat in a place is for."""
    if isinstance(place, Partnership):
        return Partnership.objects.filter(pk=place.pk)
    return Partnership.objects.filter(organization=place)


def words_for(role: Role | str) -> str:
    """Return a role as it stands within a sentence."""
    label = str(Role(role).label)
    return label if label.startswith(("WIB", "One-Stop")) else label[0].lower() + label[1:]


def find_account(email: str) -> User | None:
    """Return the person to whom an address belongs: as the name of the account, or proved later."""
    return (
        User.objects.filter(email=email).first()
        or User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()
    )


def owns_address(user: User, email: str) -> bool:
    """Return whether the address is one of the person's own."""
    return user.email == email or EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def seat_fields(role: Role | str, place: Place) -> dict[str, Any]:
    """Return the fields of a seat in a place.

    :raises CannotInvite: if there is no such seat.
    """
    fits: dict[type, tuple[tuple[Role, ...], str]] = {
        State: (STATE_ROLES, "state"),
        LocalArea: (AREA_ROLES, "area"),
        Partnership: (ORGANIZATION_ROLES, "partnership"),
        Organization: (ORGANIZATION_ROLES, "organization"),
    }
    roles, kind = fits[type(place)]
    if role not in roles:
        raise CannotInvite(f"A {words_for(role)} has no seat in {place_label(place)}.")
    if getattr(place, "archived_at", None):
        raise CannotInvite(f"{place_label(place)} is archived. Restore it first.")
    return {"role": role} | dict.fromkeys(PLACES) | {kind: place}


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",))
    return rows.select_related(*PLACES_WHOLE, "invited_by").get(pk=invitation.pk)


def tell_invited(invitation: Invitation, *, at: datetime) -> None:
    """Tell somebody that they are invited, in the running transaction; once for each time it is sent."""
    area, contact, link = area_of(invitation.place), contact_of(invitation), link_of(invitation)
    notify(
        "partners.invitation",
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        to=person_at(invitation.email, find_account(invitation.email)),
        at=at,
        about=[invitation, invitation.place],
        scope=area,
        why=f"{contact.name if contact else 'The board'} entered your address.",
        path=link.removeprefix(settings.PUBLIC_URL),
        zone=area.zone if area else None,
        context={
            "invitation": invitation,
            "link": link,
            "network": network_of(invitation.place),
            "role": words_for(invitation.role),
            "what": WHAT_A_ROLE_IS[Role(invitation.role)],
            "contact": contact,
            "board": area.board_name if area else "",
        },
    )
