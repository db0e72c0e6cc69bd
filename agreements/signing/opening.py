"""Ask those whose turn it is to sign: signed in, or by a personal link."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from agreements.models import Sending, SignatureRequest, SigningLink
from agreements.models.signers import Signer, signers_of
from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

ASKED, REMINDED = "agreements.sign", "agreements.sign_reminder"
LINK_DAYS = 60
Status = SignatureRequest.Status


def open_requests(sending: Sending, *, at: datetime) -> list[SignatureRequest]:
    """Open the requests of each party whose turn has come, and write to those who are asked; in the transaction."""
    by_party: dict[int, list[SignatureRequest]] = defaultdict(list)
    for request in requests_of(sending):
        by_party[request.party_id].append(request)
    opened = []
    for requests in by_party.values():
        unsigned = [request for request in requests if request.status != Status.SIGNED]
        turn = min((request.turn for request in unsigned), default=0)
        opened += [request for request in unsigned if request.turn == turn and request.status == Status.WAITING]
    for request in opened:
        request.status, request.opened_at = Status.OPEN, at
        request.save(update_fields=["status", "opened_at"])
    ask(opened, by=sending.sent_by, at=at)
    return opened


def ask(requests: Sequence[SignatureRequest], *, by: User | None, at: datetime) -> list[SigningLink]:
    """Write to whoever is to sign now; a newer link ends the one before. Nobody is asked where nobody can be."""
    signers = signers_of(requests, at=at)
    take_back(requests, why=_("A newer email replaced it."), at=at)
    links = []
    for request in requests:
        signer = signers.get(request.pk)
        if signer and signer.can_be_asked:
            links.append(_link(request, signer, by, at))
    notify_many([_message(link) for link in links], at=at)
    return links


def take_back(requests: Collection[SignatureRequest], *, why: str, at: datetime) -> None:
    """End the links of requests, and withdraw the emails about them that were not sent yet."""
    SigningLink.objects.unrevoked().filter(request__in=[request.pk for request in requests]).update(revoked_at=at)
    withdraw_mails(requests, why=why)


def withdraw_mails(requests: Collection[SignatureRequest], *, why: str) -> None:
    """Withdraw the emails that ask for these signatures and were not sent yet."""
    outbox.withdraw(Notice.objects.filter(kind__in=[ASKED, REMINDED]).about(*requests), why=why)


def close_all(sending: Sending, *, at: datetime) -> list[SignatureRequest]:
    """Void the requests of a sending that were not answered, with their links; return them."""
    unanswered = [request for request in requests_of(sending) if request.status in SignatureRequest.UNANSWERED]
    take_back(unanswered, why=_("The agreement was taken back."), at=at)
    SignatureRequest.objects.filter(pk__in=[request.pk for request in unanswered]).update(status=Status.VOID)
    return unanswered


def requests_of(sending: Sending) -> list[SignatureRequest]:
    """Return the requests of a sending in order, with everything that an email about them names."""
    requests = list(sending.requests.in_order())
    for request in requests:
        request.sending, request.agreement = sending, sending.agreement
    return requests


def _link(request: SignatureRequest, signer: Signer, by: User | None, at: datetime) -> SigningLink:
    return SigningLink.objects.create(
        agreement=request.agreement,
        request=request,
        user=signer.user,
        name=signer.name,
        email=signer.email,
        nonce=signed_links.new_nonce(),
        asked_by=by,
        asked_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )


def path_of(link: SigningLink) -> str:
    """Return where its recipient signs: signed in, or by the link."""
    return link.request.get_absolute_url() if link.user else link.address.removeprefix(settings.PUBLIC_URL)


def why_of(request: SignatureRequest) -> str:
    """Return why somebody gets an email about a request."""
    return _("You sign as %(capacity)s.") % {"capacity": request}


def _message(link: SigningLink) -> Message:
    agreement, request = link.agreement, link.request
    facts: dict[str, Any] = {"agreement": agreement, "request": request, "sending": request.sending, "link": link}
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{link.pk}",
        to=contacts.person_at(link.email, link.user),
        about=[request, agreement],
        scope=agreement.area,
        why=why_of(request),
        path=path_of(link),
        zone=agreement.area.zone,
        context=facts,
    )
