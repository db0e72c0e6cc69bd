"""Asking a partner by e-mail whether its services are still right, and taking the answer by the link in that mail.

The link says who was asked and for which partner in which area; nothing else can be done by it. Looking at its page
changes nothing, so that a mail scanner may; only its buttons do.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.db.models import F
from django.urls import reverse

from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.notify import notify
from onestop.ui.presentation import shortday
from partners.models import (
    ConfirmationRequest,
    Membership,
    Partnership,
    Representative,
    Role,
    Service,
    ServiceConfirmation,
)
from partners.models.services import ServiceQuerySet
from partners.people import contacts
from partners.upkeep import reminder_withdrawals
from partners.upkeep.services import put_back_confirmation, today_there, verify_seen
from partners.upkeep.withdrawals import take_back_questions

PURPOSE = "confirm"
ASK_AGAIN_AFTER = timedelta(days=7)


class CannotAsk(Refused):
    """A partner cannot be asked now."""


class CannotAnswer(Refused):
    """The link answers nothing any more."""


@dataclass(frozen=True)
class Recipient:
    """Who is asked: a manager by their seat, or who speaks for the partner."""

    name: str
    email: str
    seat: Membership | None = None
    representative: Representative | None = None


# ---------------------------------------------------------------- Asking
def recipients_of(partnership: Partnership) -> list[Recipient]:
    """Return whom to ask: the partner's managers, or without one its main representative."""
    seats = Membership.objects.current().filter(partnership=partnership, role=Role.MANAGER, user__is_active=True)
    managers = [
        Recipient(seat.user.name, seat.user.email.lower(), seat=seat)
        for seat in seats.select_related("user").order_by("since", "pk")
    ]
    if managers:
        return managers
    speaking = Representative.objects.current().filter(partnership=partnership, kind=Representative.Kind.MAIN)
    main = speaking.exclude(email="").exclude(user__is_active=False).first()
    return [Recipient(main.name, main.email.lower(), representative=main)] if main else []


def services_to_ask(partnership: Partnership, at: datetime) -> ServiceQuerySet:
    """Return the partner's services that nobody has confirmed for six months, longest unconfirmed first."""
    today = today_there(partnership, at)
    stale = Service.objects.current().filter(partnership=partnership).stale(today)
    return stale.order_by("verified_on", "name", "pk")


def last_asked(partnership: Partnership) -> ConfirmationRequest | None:
    """Return the last request that went to a partner, with whom and by whom."""
    rows = partnership.confirmation_requests.with_recipient()
    # Of several people who were asked at once, who has answered goes first, then who has opened it.
    known = [F(name).desc(nulls_last=True) for name in ("answered_at", "opened_at")]
    return rows.order_by("-asked_at", *known, "pk").first()


def last_asked_of(partnerships: Collection[Partnership]) -> dict[int, ConfirmationRequest]:
    """Return the last request to each partner that was ever asked; one query."""
    rows = ConfirmationRequest.objects.filter(partnership__in=partnerships).select_related("asked_by")
    latest = rows.order_by("partnership", "-asked_at", F("answered_at").desc(nulls_last=True), "pk")
    return {row.partnership_id: row for row in latest.distinct("partnership")}


def may_ask_again_on(request: ConfirmationRequest | None, at: datetime) -> datetime | None:
    """Return when a partner may be asked again; nothing if it may be asked now."""
    if request is None or at - request.asked_at >= ASK_AGAIN_AFTER:
        return None
    return request.asked_at + ASK_AGAIN_AFTER


@recorded
def ask_to_confirm(partnership: Partnership, *, by: User, at: datetime) -> list[ConfirmationRequest]:
    """Ask a partner's managers, or its main representative, by one e-mail each; former links stop working.

    :raises CannotAsk: if there is nothing to confirm, nobody to ask, or it was asked less than a week ago.
    """
    # Lock: two staff who press at once must not send two mails.
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("organization", "area")
    partnership = rows.get(pk=partnership.pk)
    name = partnership.organization.name
    if partnership.is_archived:
        raise CannotAsk("This partner is archived. Restore the partner first.")
    last = last_asked(partnership)
    if last and (again := may_ask_again_on(last, at)):
        raise CannotAsk(
            f"{name} was asked on {shortday(last.asked_at)} by {last.asker}. You can ask again on {shortday(again)}."
        )
    services = list(services_to_ask(partnership, at))
    if not services:
        raise CannotAsk(f"Nothing to ask: {name} has confirmed all its services.")
    recipients = recipients_of(partnership)
    if not recipients:
        raise CannotAsk(f"Nobody to ask: {name} has no manager with an account, and no main representative by e-mail.")
    replaced = list(partnership.confirmation_requests.unrevoked())
    partnership.confirmation_requests.unrevoked().update(revoked_at=at)
    take_back_questions(*replaced, why="A newer mail has taken its place.")
    # What a person asks now takes the place of what the portal was about to ask.
    reminder_withdrawals.take_back_stale_services([partnership.pk], why=f"{by} has asked in person.")
    return [_ask(partnership, recipient, services, by=by, at=at) for recipient in recipients]


def _ask(
    partnership: Partnership, to: Recipient, services: list[Service], *, by: User, at: datetime
) -> ConfirmationRequest:
    request = _request(partnership, to, by=by, at=at)
    tell_asked(request, services, at=at)
    return request


def tell_asked(request: ConfirmationRequest, services: Collection[Service], *, at: datetime) -> None:
    """Tell somebody that they are asked about services, in the running transaction. Needs with_recipient."""
    partnership = request.partnership
    name, area = partnership.organization.name, partnership.area
    # A manager confirms on their own page; who only speaks for the partner, by the link.
    page = reverse("partners:partnership_confirm", args=[partnership.pk])
    link = link_of(request)
    notify(
        "partners.confirm_services",
        key=f"confirm:{request.pk}",
        to=contacts.person_at(request.email, request.account),
        at=at,
        about=[request, partnership, *services],
        scope=area,
        why=f"You keep the services of {name} in {area}." if request.seat else f"You speak for {name} in {area}.",
        path=page if request.seat else link.removeprefix(settings.PUBLIC_URL),
        zone=area.zone,
        context={"request": request, "partnership": partnership, "services": services, "link": link},
    )


@recorded
def ask_by_reminder(partnership: Partnership, to: Recipient, *, at: datetime) -> ConfirmationRequest:
    """Write down that the portal itself asks somebody, and return the request whose link its reminder holds.

    Who was asked before may still answer by their own link; only this person's former one stops working.

    :raises CannotAsk: if there is nothing to confirm any more, or staff have asked less than a week ago.
    """
    # Lock: staff who ask in this moment must see it, and must not be asked for the same address beside it.
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("area").get(pk=partnership.pk)
    in_person = partnership.confirmation_requests.exclude(asked_by=None).order_by("-asked_at").first()
    if may_ask_again_on(in_person, at) or not services_to_ask(partnership, at).exists():
        raise CannotAsk("There is nothing to ask now.")
    partnership.confirmation_requests.unrevoked().filter(email=to.email).update(revoked_at=at)
    return _request(partnership, to, by=None, at=at)


def _request(partnership: Partnership, to: Recipient, *, by: User | None, at: datetime) -> ConfirmationRequest:
    return ConfirmationRequest.objects.create(
        partnership=partnership,
        seat=to.seat,
        representative=to.representative,
        name=to.name,
        email=to.email,
        nonce=signed_links.new_nonce(),
        asked_by=by,
        asked_at=at,
        expires_at=at + timedelta(days=settings.CONFIRM_LINK_DAYS),
    )


def contact_of(request: ConfirmationRequest) -> contacts.Contact | None:
    """Return whom to write to about a request: who asked, or else the staff of the area. Needs with_recipient."""
    by = request.asked_by
    if by and by.is_active:
        return contacts.Contact(by.name, by.email)
    return contacts.contact_in(request.partnership.area)


# ---------------------------------------------------------------- The link
def token_of(request: ConfirmationRequest) -> str:
    """Return the part of its link that proves the request."""
    return signed_links.sign(PURPOSE, request.pk, request.nonce)


def link_of(request: ConfirmationRequest) -> str:
    """Return the address that the mail holds."""
    return settings.PUBLIC_URL + reverse("partners:confirm", args=[token_of(request)])


def find_by_token(token: str) -> ConfirmationRequest | None:
    """Return the request that a link means, if we wrote that link."""
    link = signed_links.read(PURPOSE, token)
    request = ConfirmationRequest.objects.with_recipient().filter(pk=link.pk).first() if link else None
    return request if link and request and link.fits(request.nonce) else None


def why_over(request: ConfirmationRequest, at: datetime) -> str:
    """Return why a link works no more: expired, revoked (replaced, or the person left) or archived; "" if it works."""
    if request.revoked_at or not request.holds_place:
        return "revoked"
    if request.partnership.is_archived:
        return "archived"
    return "expired" if request.has_expired(at) else ""


# ---------------------------------------------------------------- Answering by the link
@recorded
def note_opened(request: ConfirmationRequest, *, by: User | None, at: datetime) -> None:
    """Record that a person has the page before them: told by their moving on it, never by its being fetched."""
    with signed_by_link(request):
        ConfirmationRequest.objects.filter(pk=request.pk, opened_at=None, revoked_at=None).update(opened_at=at)


@recorded
def confirm_by_link(
    request: ConfirmationRequest, *, seen: Mapping[int, str], by: User | None, at: datetime
) -> list[Service]:
    """Record "still right" for the services that the person has read and named; return for which.

    What is fresh already, or has changed since they read it, is left alone.

    :raises CannotAnswer: if the link works no more.
    """
    with signed_by_link(request):
        request = _lock_open(request, at)
        services = list(services_to_ask(request.partnership, at).filter(pk__in=list(seen)))
        confirmed = verify_seen(services, seen=seen, by=by, at=at)
        ServiceConfirmation.objects.bulk_create(
            [ServiceConfirmation(request=request, service=service, said_at=at) for service in confirmed],
            update_conflicts=True,
            unique_fields=["request", "service"],
            update_fields=["said_at"],
        )
        if confirmed:
            _note_answer(request, at)
        return confirmed


@recorded
def take_back_by_link(request: ConfirmationRequest, *, service: Service, by: User | None, at: datetime) -> None:
    """Take back today's "still right" that was said by this link.

    :raises CannotAnswer: if the link works no more, or somebody else has confirmed the service since.
    """
    with signed_by_link(request):
        request = _lock_open(request, at)
        rows = Service.objects.select_for_update(of=("self",)).select_related("partnership__area")
        said = rows.filter(pk=service.pk, link_confirmations__request=request, verified_by=by).first()
        if said is None or said.verified_on != today_there(said.partnership, at):
            raise CannotAnswer("You can take back only what you have said yourself, and only on the same day.")
        put_back_confirmation([said])
        request.confirmations.filter(service=said).delete()


@recorded
def lock_to_answer(request: ConfirmationRequest, *, by: User | None, at: datetime) -> ConfirmationRequest:
    """Return the request, locked and proven to work still, and note that the person has answered.

    :raises CannotAnswer: if the link works no more.
    """
    request = _lock_open(request, at)
    _note_answer(request, at)
    return request


@contextmanager
def signed_by_link(request: ConfirmationRequest) -> Iterator[None]:
    """Say in the history that it came by the e-mailed link, and of whom; the link itself must stand nowhere."""
    with pghistory.context(by_link=request.name, url=reverse("partners:confirm", args=["link"])):
        yield


def said_by(service: Service) -> str:
    """Return who has confirmed a service last: by name also where the person has no account."""
    if service.verified_by:
        return str(service.verified_by)
    said = service.link_confirmations.select_related("request").order_by("-said_at").first()
    return said.request.name if said and service.verified_on else ""


def _lock_open(request: ConfirmationRequest, at: datetime) -> ConfirmationRequest:
    # Lock: of two presses at once, the second must see what the first has said.
    locked = ConfirmationRequest.objects.select_for_update(of=("self",)).with_recipient().get(pk=request.pk)
    if why_over(locked, at):
        raise CannotAnswer("This link works no more.")
    return locked


def _note_answer(request: ConfirmationRequest, at: datetime) -> None:
    reminder_withdrawals.take_back_stale_services([request.partnership_id], why="They have answered.")
    request.opened_at, request.answered_at = request.opened_at or at, request.answered_at or at
    request.save(update_fields=["opened_at", "answered_at"])
    take_back_questions(request, why="It was answered.")


def standing_of(request: ConfirmationRequest, at: datetime) -> tuple[str, str, str]:
    """Return how far a request has come, as kind, word and icon of a chip."""
    if request.answered_at:
        return "good", f"Answered {shortday(request.answered_at)}", "check-lg"
    if over := why_over(request, at):
        return (
            "rest",
            {"expired": "Link expired", "revoked": "Link taken back"}.get(over, "Link closed"),
            "slash-circle",
        )
    if request.opened_at:
        return "way", f"Opened {shortday(request.opened_at)}", "envelope-open"
    return "way", "Not opened yet", "envelope"
