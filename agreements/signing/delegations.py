"""Delegate a signature to another person with the authority of the office; the staff confirm it."""

from datetime import datetime

from django.utils.translation import gettext as _

from agreements.models import Delegation, SignatureRequest, SigningLink
from agreements.models.signers import Signer, signer_of
from agreements.signing import opening, telling
from agreements.signing.signatures import CannotSign, lock
from onestop.accounts import emailed_links
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Status = Delegation.Status


@recorded
def delegate(request: SignatureRequest, *, name: str, email: str, authority: str, by: User, at: datetime) -> Delegation:
    """Name another person with the authority of the office, signed in; the staff confirm it before that one is asked.

    :raises CannotSign: if it was signed, declined, voided or delegated already, or somebody else holds the office.
    """
    request = lock(request)
    signer = signer_of(request, at=at)
    if signer is None or not signer.has(user=by):
        raise CannotSign(_("Only the person who holds this office today can delegate."))
    return _delegate(request, signer, name, email, authority, at)


@recorded
def delegate_by_link(
    link: SigningLink, *, name: str, email: str, authority: str, by: User | None, at: datetime
) -> Delegation:
    """Name another person by a personal link, after the code mailed to the same address was entered.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotSign: if it was signed, declined, voided or delegated already.
    """
    with emailed_links.signed_by_link(link):
        request = lock(link.request)
        link = emailed_links.lock_open(link, at)
        signer = signer_of(request, at=at)
        assert signer  # an open link has one
        emailed_links.note_answered(link, at)
        return _delegate(request, signer, name, email, authority, at)


def _delegate(
    request: SignatureRequest, signer: Signer, name: str, email: str, authority: str, at: datetime
) -> Delegation:
    if email.lower() == signer.email:
        raise CannotSign(_("This is your own address. Enter the one of the person who signs for you."), field="email")
    if request.delegations.exclude(status=Status.REFUSED).exists():
        raise CannotSign(_("This was delegated already. The staff can change it."))
    return _propose(request, name, email, authority, signer.name, at)


def _propose(
    request: SignatureRequest, name: str, email: str, authority: str, asked_by: str, at: datetime
) -> Delegation:
    delegation = Delegation.objects.create(
        agreement=request.agreement,
        request=request,
        name=name.strip(),
        email=email.lower(),
        authority=authority.strip(),
        asked_by=asked_by,
        asked_at=at,
    )
    telling.tell_delegated(delegation, at=at)
    return delegation


@recorded
def name_heir(request: SignatureRequest, heir: User, *, authority: str, asked_by: str, at: datetime) -> Delegation:
    """Name the person who takes over from a signer who leaves; the staff confirm it.

    :raises CannotSign: if it was signed, declined or voided meanwhile.
    """
    return _propose(lock(request), heir.name, heir.email, authority, asked_by, at)


@recorded
def decide_delegation(delegation: Delegation, *, confirmed: bool, by: User, at: datetime) -> None:
    """Confirm or refuse a delegation, or take back one that was confirmed; whoever is to sign then is asked.

    :raises CannotSign: if it was decided like this already, or nobody waits for the signature any more.
    """
    request = lock(delegation.request)
    delegation = Delegation.objects.get(pk=delegation.pk)
    wanted = Status.CONFIRMED if confirmed else Status.REFUSED
    if delegation.status == Status.REFUSED or delegation.status == wanted:
        raise CannotSign(_("This was decided already."))
    was_confirmed = delegation.status == Status.CONFIRMED
    delegation.status, delegation.decided_at, delegation.decided_by = wanted, at, by
    delegation.save()
    if confirmed or was_confirmed:
        opening.ask([request], by=by, at=at)
