"""Ask a partner by email to confirm its services, and record the answers made through the emailed link.

The link identifies the recipient, the partner and the area, and allows nothing else. Opening its page changes nothing,
so that mail scanners may open it; only its buttons do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from onestop.accounts import emailed_links, signed_links
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.notify import notify
from onestop.ui.presentation import shortday
from onestop.ui.sentences import retold as _
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

ASK_AGAIN_AFTER = timedelta(days=7)


class CannotAsk(Refused):
    """A partner cannot be asked to confirm now."""


class CannotAnswer(Refused):
    """An answer by the link comes too late."""


@dataclass(frozen=True)
class Recipient:
    """Who is asked: a manager by their seat, or a representative of the partner."""

    name: str
    email: str
    seat: Membership | None = None
    representative: Representative | None = None


# ---------------------------------------------------------------- Asking
def recipients_of(partnership: Partnership) -> list[Recipient]:
    """Return the partner's managers or, if it has none, its main representative."""
    seats = Membership.objects.current().filter(partnership=partnership, role=Role.MANAGER, user__is_active=True)
    managers = [
        Recipient(seat.user.name, seat.user.email.lower(), seat=seat)
        for seat in seats.select_related("user").order_by("since", "pk")
    ]
    if managers:
        return managers
    representatives = Representative.objects.current().filter(partnership=partnership, kind=Representative.Kind.MAIN)
    main = representatives.exclude(email="").exclude(user__is_active=False).first()
    return [Recipient(main.name, main.email.lower(), representative=main)] if main else []


def services_to_ask(partnership: Partnership, at: datetime) -> ServiceQuerySet:
    """Return the partner's services not confirmed in the last six months, longest unconfirmed first."""
    today = today_there(partnership, at)
    stale = Service.objects.current().filter(partnership=partnership).stale(today)
    return stale.order_by("verified_on", "name", "pk")


def last_asked(partnership: Partnership) -> ConfirmationRequest | None:
    """Return the last request to a partner, with its recipient and who asked."""
    rows = partnership.confirmation_requests.with_recipient()
    # Of several people asked at once, those who answered come first, then those who opened the page.
    progress = [F(name).desc(nulls_last=True) for name in ("answered_at", "opened_at")]
    return rows.order_by("-asked_at", *progress, "pk").first()


def may_ask_again_on(asked_at: datetime | None, at: datetime) -> datetime | None:
    """Return when a partner that was asked last at a time may be asked again; ``None`` if it may be asked now."""
    if asked_at is None or at - asked_at >= ASK_AGAIN_AFTER:
        return None
    return asked_at + ASK_AGAIN_AFTER


@recorded
def ask_to_confirm(partnership: Partnership, *, by: User, at: datetime) -> list[ConfirmationRequest]:
    """Ask a partner's managers, or its main representative, by one email each; earlier links stop working.

    :raises CannotAsk: if there is nothing to confirm, nobody to ask, or it was asked less than a week ago.
    """
    # Lock: two staff who ask at once must not send two mails.
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("organization", "area")
    partnership = rows.get(pk=partnership.pk)
    name = partnership.organization.name
    if partnership.is_archived:
        raise CannotAsk(_("This partner is archived. Restore the partner first."))
    last = last_asked(partnership)
    if last and (again := may_ask_again_on(last.asked_at, at)):
        raise CannotAsk(
            _("%(partner)s was asked on %(day)s by %(asker)s. You can ask again on %(next_day)s.")
            % {
                "partner": name,
                "day": shortday(last.asked_at),
                "asker": last.asker,
                "next_day": shortday(again),
            }
        )
    services = list(services_to_ask(partnership, at))
    if not services:
        raise CannotAsk(_("%(partner)s has already confirmed all its services.") % {"partner": name})
    recipients = recipients_of(partnership)
    if not recipients:
        raise CannotAsk(
            _("%(partner)s has no manager with an account, and no main representative with an email address. Add one.")
            % {"partner": name}
        )
    replaced = list(partnership.confirmation_requests.unrevoked())
    partnership.confirmation_requests.unrevoked().update(revoked_at=at)
    take_back_questions(*replaced, why=_("A newer request replaced it."))
    # A request by a person replaces the reminder that the portal was about to send.
    why = _("%(name)s sent a request.") % {"name": by}
    reminder_withdrawals.take_back_stale_services([partnership.pk], why=why)
    return [_ask(partnership, recipient, services, by=by, at=at) for recipient in recipients]


def _ask(
    partnership: Partnership, to: Recipient, services: list[Service], *, by: User, at: datetime
) -> ConfirmationRequest:
    request = _request(partnership, to, by=by, at=at)
    tell_asked(request, services, at=at)
    return request


def tell_asked(request: ConfirmationRequest, services: Collection[Service], *, at: datetime) -> None:
    """Queue the mail of a request, in the running transaction. Needs with_recipient."""
    partnership = request.partnership
    name, area = partnership.organization.name, partnership.area
    # A manager confirms on a page of the portal; a representative without a seat, by the link.
    page = reverse("partners:partnership_confirm", args=[partnership.pk])
    link = request.address
    notify(
        "partners.confirm_services",
        key=f"confirm:{request.pk}",
        to=contacts.person_at(request.email, request.account),
        at=at,
        about=[request, partnership, *services],
        scope=area,
        why=(
            _("You manage the services of %(partner)s in %(area)s.")
            if request.seat
            else _("You represent %(partner)s in %(area)s.")
        )
        % {"partner": name, "area": area},
        path=page if request.seat else link.removeprefix(settings.PUBLIC_URL),
        zone=area.zone,
        context={"request": request, "partnership": partnership, "services": services, "link": link},
    )


@recorded
def ask_by_reminder(partnership: Partnership, to: Recipient, *, at: datetime) -> ConfirmationRequest:
    """Record that the portal itself asks somebody, and return the request whose link the reminder contains.

    Other recipients can still answer by their own links; only this person's earlier link stops working.

    :raises CannotAsk: if there is nothing left to confirm, or staff asked less than a week ago.
    """
    # Lock: staff who ask at the same moment must see this request, and must not add one for the same address.
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("area").get(pk=partnership.pk)
    in_person = partnership.confirmation_requests.exclude(asked_by=None).order_by("-asked_at").first()
    if (in_person and may_ask_again_on(in_person.asked_at, at)) or not services_to_ask(partnership, at).exists():
        raise CannotAsk(_("There is nothing to confirm now."))
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
    """Return whom to contact about a request: who asked, or else staff of the area. Needs with_recipient."""
    by = request.asked_by
    if by and by.is_active:
        return contacts.Contact(by.name, by.email)
    return contacts.contact_in(request.partnership.area)


# ---------------------------------------------------------------- Answering by the link
@recorded
def confirm_by_link(
    request: ConfirmationRequest, *, seen: Mapping[int, str], by: User | None, at: datetime
) -> list[Service]:
    """Confirm the services that the person has read and selected; return which.

    Services that are confirmed already, or have changed since the person read them, are skipped.

    :raises LinkIsOver: if the link no longer works.
    """
    with emailed_links.signed_by_link(request):
        request = emailed_links.lock_open(request, at)
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
    """Undo a confirmation that was made today by this link.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotAnswer: if somebody else has confirmed the service since.
    """
    with emailed_links.signed_by_link(request):
        request = emailed_links.lock_open(request, at)
        rows = Service.objects.select_for_update(of=("self",)).select_related("partnership__area")
        confirmed = rows.filter(pk=service.pk, link_confirmations__request=request, verified_by=by).first()
        if confirmed is None or confirmed.verified_on != today_there(confirmed.partnership, at):
            raise CannotAnswer(_("You can undo only your own confirmation, and only on the same day."))
        put_back_confirmation([confirmed])
        request.confirmations.filter(service=confirmed).delete()


@recorded
def lock_to_answer(request: ConfirmationRequest, *, by: User | None, at: datetime) -> ConfirmationRequest:
    """Lock a request whose link still works, record that the person has answered, and return it.

    :raises LinkIsOver: if the link no longer works.
    """
    request = emailed_links.lock_open(request, at)
    _note_answer(request, at)
    return request


def said_by(service: Service) -> str:
    """Return who last confirmed a service, by name also if the person has no account."""
    if service.verified_by:
        return str(service.verified_by)
    latest = service.link_confirmations.select_related("request").order_by("-said_at").first()
    return latest.request.name if latest and service.verified_on else ""


def _note_answer(request: ConfirmationRequest, at: datetime) -> None:
    reminder_withdrawals.take_back_stale_services([request.partnership_id], why=_("The partner answered."))
    emailed_links.note_answered(request, at)
    take_back_questions(request, why=_("The request was answered."))
