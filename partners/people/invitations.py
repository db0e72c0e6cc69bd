"""Send, resend, withdraw and accept invitations: the only way to an account, and the usual way to a seat.

The link in the email is the signed id and random part of the invitation, so that it can be resent. Opening the link
changes nothing, because email scanners open links; only the button on its page accepts.
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
from django.utils.translation import gettext_lazy

from onestop.accounts import addresses
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices.notify import notify
from onestop.ops.request_numbers import whole_number
from onestop.ui.sentences import retold as _
from partners.models import Invitation, LocalArea, Membership, Organization, Partnership, Representative, Role, State
from partners.models.people import AREA_ROLES, ORGANIZATION_ROLES, STATE_ROLES, Place, place_label
from partners.people.contacts import Contact, contact_in, first_of, person_at
from partners.people.withdrawals import take_back_invitations
from partners.seats import forget_seats

SIGNER = Signer(sep=".", salt="partners.people.invitations")
PAUSE_BEFORE_RESENDING = timedelta(minutes=1)

PLACES = ("state", "area", "partnership", "organization")
SEAT_FIELDS = ("role", *PLACES)
# The places with the rows that their labels need.
PLACES_WHOLE = ("state", "area", "partnership__organization", "partnership__area", "organization")

WHAT_A_ROLE_IS = {
    Role.STATE: gettext_lazy("You can view everything in all areas of the state."),
    Role.STAFF: gettext_lazy("You manage the area's partner network: partners, services and people."),
    Role.MANAGER: gettext_lazy("You keep your organization's services, people and locations up to date."),
    Role.REPRESENTATIVE: gettext_lazy("You can view the network, and you represent your organization."),
    Role.BOARD: gettext_lazy("You can view the network and its progress for the board."),
}
# The names of roles inside a sentence.
ROLE_NAMES = {
    Role.STATE: gettext_lazy("state administrator"),
    Role.STAFF: gettext_lazy("One-Stop staff"),
    Role.MANAGER: gettext_lazy("partner manager"),
    Role.REPRESENTATIVE: gettext_lazy("partner representative"),
    Role.BOARD: gettext_lazy("WIB member"),
}


class CannotInvite(Refused):
    """There is no such seat, or the person already holds it."""


class AlreadyInvited(CannotInvite):
    """The address already has an open invitation to the same seat: ``invitation``."""

    def __init__(self, message: str, invitation: Invitation) -> None:
        super().__init__(message)
        self.invitation = invitation


class CannotResend(Refused):
    """The invitation is accepted or withdrawn, or was sent less than a minute ago."""


class CannotWithdraw(Refused):
    """The invitation is already accepted or withdrawn."""


class CannotAccept(Refused):
    """The invitation is no longer open, or is for another person."""


# ---------------------------------------------------------------- Inviting
def invite(
    *, email: str, name: str, role: Role | str, place: Place, message: str = "", by: User | None, at: datetime
) -> Invitation:
    """Invite a person to a seat by email.

    :raises AlreadyInvited: if the address has an open invitation to this seat.
    :raises CannotInvite: if there is no such seat, or the person already holds it.
    """
    email = User.objects.normalize_email(email)
    seat = seat_fields(role, place)
    account = find_account(email)
    if account and account.is_active and Membership.objects.current().filter(user=account, **seat).exists():
        names = {"person": account, "role": Role(role).label, "place": place_label(place)}
        raise CannotInvite(_("%(person)s already holds this seat: %(role)s, %(place)s.") % names)
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
        # The constraint decides, not an earlier query: a colleague may be inviting the same person right now.
        known = Invitation.objects.open().get(email=email, **seat)
        names = {"email": email, "inviter": known.invited_by or known.place_label}
        raise AlreadyInvited(
            _("%(email)s already has an open invitation to this seat, from %(inviter)s.") % names, known
        ) from None
    return invitation


@transaction.atomic
def resend(invitation: Invitation, *, by: User | None, at: datetime) -> Invitation:
    """Send the same link again, and renew its expiry.

    :raises CannotResend: if it is accepted or withdrawn, or was sent within the last minute.
    """
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise CannotResend(_("This invitation was already accepted."))
    if invitation.withdrawn_at:
        raise CannotResend(_("This invitation was already withdrawn."))
    if at - invitation.last_sent_at < PAUSE_BEFORE_RESENDING:
        raise CannotResend(
            _("This invitation was just sent to %(email)s. Wait a minute, then try again.")
            % {"email": invitation.email}
        )
    invitation.last_sent_at, invitation.times_sent = at, invitation.times_sent + 1
    invitation.expires_at = at + timedelta(days=settings.INVITATION_DAYS)
    invitation.invited_by = by or invitation.invited_by
    invitation.save(update_fields=["last_sent_at", "times_sent", "expires_at", "invited_by"])
    take_back_invitations(invitation, why=_("The invitation was resent."))
    tell_invited(invitation, at=at)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Withdraw an invitation; its link no longer works.

    :raises CannotWithdraw: if it is already accepted or withdrawn.
    """
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise CannotWithdraw(
            _("%(person)s has already accepted. You can end the seat instead.") % {"person": invitation.accepted_by}
        )
    if invitation.withdrawn_at:
        raise CannotWithdraw(_("This invitation was already withdrawn."))
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    take_back_invitations(invitation, why=_("The invitation was withdrawn."))
    return invitation


# ---------------------------------------------------------------- Accepting
@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Accept an invitation with an existing account.

    :raises CannotAccept: if the invitation is no longer open, or is for an address that is not the account's.
    """
    # Lock: a double click, or two tabs, must not each find it open.
    invitation = _locked(invitation)
    _demand_open(invitation, at)
    if not addresses.owns_address(by, invitation.email):
        raise CannotAccept(
            _("This invitation is for %(invited)s. You are signed in as %(email)s.")
            % {"invited": invitation.email, "email": by.email}
        )
    return _take_seat(invitation, by, at)


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str | None, at: datetime) -> User:
    """Create an account for the invited address and give it the seat; without a password, sign-in is by code.

    A deactivated account is reactivated with its history.

    :raises CannotAccept: if the invitation is no longer open, or the address has an active account.
    """
    # Lock: a double click, or two tabs, must not each find it open.
    invitation = _locked(invitation)
    _demand_open(invitation, at)
    user = find_account(invitation.email)
    if user and user.is_active:
        raise CannotAccept(_("%(email)s already has an account. Sign in to accept.") % {"email": invitation.email})
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
        raise CannotAccept(
            _("%(email)s already has an account. Sign in to accept.") % {"email": invitation.email}
        ) from None
    # The link proves that the address is theirs.
    EmailAddress.objects.update_or_create(
        user=user, email=invitation.email, defaults={"verified": True, "primary": invitation.email == user.email}
    )
    _take_seat(invitation, user, at)
    return user


def _take_seat(invitation: Invitation, user: User, at: datetime) -> Membership:
    seat: dict[str, Any] = {name: getattr(invitation, name) for name in SEAT_FIELDS}
    membership, _created = Membership.objects.get_or_create(user=user, **seat, ended_at=None, defaults={"since": at})
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    take_back_invitations(invitation, why=_("The invitation was accepted."))
    if isinstance(invitation.place, Partnership | Organization):
        # A representative with this address is this person.
        Representative.objects.current().filter(
            user=None, email__iexact=invitation.email, partnership__in=partnerships_of(invitation.place)
        ).update(user=user)
    forget_seats(user)
    return membership


def _demand_open(invitation: Invitation, at: datetime) -> None:
    if invitation.accepted_at:
        raise CannotAccept(_("You have already accepted this invitation."))
    if invitation.withdrawn_at:
        raise CannotAccept(_("This invitation was withdrawn."))
    if invitation.has_expired(at):
        raise CannotAccept(_("This invitation has expired."))


# ---------------------------------------------------------------- Link, contact, place and role
def link_of(invitation: Invitation) -> str:
    """Return the URL in the email."""
    return settings.PUBLIC_URL + reverse("partners:invitation_accept", kwargs={"token": token_of(invitation)})


def token_of(invitation: Invitation) -> str:
    """Return the signed part of the link."""
    return SIGNER.sign(f"{invitation.pk}-{invitation.nonce}")


def find_by_token(token: str) -> Invitation | None:
    """Return the invitation of a token; None if its signature is wrong."""
    try:
        pk, _, nonce = SIGNER.unsign(token).partition("-")
    except BadSignature:
        return None
    known = Invitation.objects.select_related(*PLACES_WHOLE, "invited_by", "accepted_by")
    return known.filter(pk=whole_number(pk) or 0, nonce=nonce).first()


def contact_of(invitation: Invitation) -> Contact | None:
    """Return the contact person: the inviter, or else staff of the area, or the administrator of the state."""
    if invitation.invited_by and invitation.invited_by.is_active:
        return Contact(invitation.invited_by.name, invitation.invited_by.email)
    place = invitation.place
    if isinstance(place, Organization):
        return first_of(Membership.objects.filter(role=Role.STATE, state=place.state_id))
    area = area_of(place)
    return contact_in(area) if area else None


def network_of(place: Place) -> str:
    """Return the name of the network to which a place belongs, for use inside a sentence."""
    area = area_of(place)
    if area:
        return _("the %(area)s partner network") % {"area": area}
    return _("the partner networks of %(place)s") % {"place": place}


def area_of(place: Place) -> LocalArea | None:
    """Return the area of a place; a state and a whole organization have none."""
    if isinstance(place, LocalArea):
        return place
    return place.area if isinstance(place, Partnership) else None


def partnerships_of(place: Partnership | Organization) -> QuerySet[Partnership]:
    """Return the partnerships of a seat's place."""
    if isinstance(place, Partnership):
        return Partnership.objects.filter(pk=place.pk)
    return Partnership.objects.filter(organization=place)


def words_for(role: Role | str) -> str:
    """Return the name of a role for use inside a sentence."""
    return str(ROLE_NAMES[Role(role)])


def find_account(email: str) -> User | None:
    """Return the person whose account has the address, as its main or another verified address."""
    return (
        User.objects.filter(email=email).first()
        or User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()
    )


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
        names = {"role": Role(role).label, "place": place_label(place)}
        raise CannotInvite(_("%(role)s is not a role at %(place)s.") % names)
    if getattr(place, "archived_at", None):
        raise CannotInvite(_("%(place)s is archived. Restore it first.") % {"place": place_label(place)})
    return {"role": role} | dict.fromkeys(PLACES) | {kind: place}


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",))
    return rows.select_related(*PLACES_WHOLE, "invited_by").get(pk=invitation.pk)


def tell_invited(invitation: Invitation, *, at: datetime) -> None:
    """Send the email of an invitation, in the current transaction; once for each time it is sent."""
    area, contact, link = area_of(invitation.place), contact_of(invitation), link_of(invitation)
    why = _("The board entered your address.")
    if contact:
        why = _("%(name)s entered your address.") % {"name": contact.name}
    notify(
        "partners.invitation",
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        expires_at=invitation.expires_at,
        to=person_at(invitation.email, find_account(invitation.email)),
        at=at,
        about=[invitation, invitation.place],
        scope=area,
        why=why,
        path=link.removeprefix(settings.PUBLIC_URL),
        zone=area.zone if area else None,
        context={
            "invitation": invitation,
            "link": link,
            "network": network_of(invitation.place),
            "role": words_for(invitation.role),
            "what": str(WHAT_A_ROLE_IS[Role(invitation.role)]),
            "contact": contact,
            "board": area.board_name if area else "",
        },
    )
