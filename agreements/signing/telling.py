"""Tell people what happened to an agreement that is out for signature: declined, delegated, taken back, executed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from agreements.models import Agreement, Delegation, Sending, Signature, SignatureRequest, SigningLink
from agreements.signing import opening
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Role
from partners.people import contacts

DECLINED, DELEGATED = "agreements.declined", "agreements.delegated"
VOIDED, EXECUTED = "agreements.voided", "agreements.executed"


def staff_of(agreement: Agreement) -> list[User]:
    """Return the active staff of the area that leads."""
    seats = Membership.objects.current().filter(role=Role.STAFF, area=agreement.area_id, user__is_active=True)
    return [seat.user for seat in seats.select_related("user").order_by("since", "pk")]


def tell_declined(request: SignatureRequest, name: str, *, at: datetime) -> None:
    """Tell the staff that somebody does not sign, and why."""
    facts = {"request": request, "name": name}
    _tell_staff(request.agreement, DECLINED, f"{DECLINED}:{request.pk}", [request], facts, at)


def tell_delegated(delegation: Delegation, *, at: datetime) -> None:
    """Tell the staff that somebody else is to sign, which they confirm."""
    facts = {"delegation": delegation, "request": delegation.request}
    about = [delegation.request]
    _tell_staff(delegation.agreement, DELEGATED, f"{DELEGATED}:{delegation.pk}", about, facts, at)


def tell_voided(sending: Sending, *, at: datetime) -> None:
    """Tell those who were asked or have signed that the agreement was taken back. Call it before links are ended."""
    asked = SigningLink.objects.unrevoked().filter(request__sending=sending).select_related("user", "request")
    signed = Signature.objects.filter(request__sending=sending).exclude(email="").select_related("user", "request")
    facts = {"sending": sending}
    people: dict[str, Any] = {row.email: row for row in signed}
    people |= {row.email: row for row in asked}
    _tell_people(sending.agreement, VOIDED, f"{VOIDED}:{sending.pk}", people.values(), facts, at)


def tell_executed(sending: Sending, *, at: datetime) -> None:
    """Tell all who signed, and the staff, that the executed agreement is there; who has no account gets a link."""
    links = SigningLink.objects.unrevoked().filter(request__sending=sending).select_related("user", "request")
    facts: dict[str, Any] = {"sending": sending}
    people: dict[str, Any] = {link.email: link for link in links}
    key = f"{EXECUTED}:{sending.pk}"
    _tell_people(sending.agreement, EXECUTED, key, people.values(), facts, at)
    staff = [user for user in staff_of(sending.agreement) if user.email.lower() not in people]
    _tell_staff(sending.agreement, EXECUTED, key, [], facts, at, staff=staff)


def _tell_staff(
    agreement: Agreement,
    kind: str,
    key: str,
    about: Sequence[Any],
    facts: dict[str, Any],
    at: datetime,
    staff: list[User] | None = None,
) -> None:
    why = _("You are One-Stop staff of %(area)s.") % {"area": agreement.area}
    path = f"{agreement.get_absolute_url()}#signatures"
    messages = [
        _message(agreement, kind, f"{key}:{user.pk}", user, why, path, facts, about)
        for user in (staff_of(agreement) if staff is None else staff)
    ]
    notify_many(messages, at=at)


def _tell_people(
    agreement: Agreement, kind: str, key: str, rows: Iterable[Any], facts: dict[str, Any], at: datetime
) -> None:
    """Write to signers: rows of links or signatures, with email and user."""
    messages = []
    for row in rows:
        to = contacts.person_at(row.email, row.user)
        path = row.request.get_absolute_url() if row.user else ""
        if not row.user and isinstance(row, SigningLink):
            path = opening.path_of(row)
        why = _("You were asked to sign this agreement.")
        messages.append(_message(agreement, kind, f"{key}:{row.email}", to, why, path, facts | {"name": row.name}))
    notify_many(messages, at=at)


def _message(
    agreement: Agreement,
    kind: str,
    key: str,
    to: User | str,
    why: str,
    path: str,
    facts: dict[str, Any],
    about: Sequence[Any] = (),
) -> Message:
    return Message(
        kind=kind,
        key=key,
        to=to,
        about=[*about, agreement],
        scope=agreement.area,
        why=why,
        path=path,
        zone=agreement.area.zone,
        context={"agreement": agreement, "name": "", **facts},
    )
