"""Sign and decline; the last signature executes the agreement in its own transaction."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.parties import join_by_amendment
from agreements.models import Agreement, Signature, SignatureRequest, SigningLink
from agreements.models.signers import Signer, signer_of
from agreements.signing import opening, sealing, telling
from agreements.terms import endings
from agreements.terms.locking import CannotRecord
from onestop.accounts import emailed_links
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

Status, Way = SignatureRequest.Status, Signature.Way
ASK_AGAIN_AFTER = timedelta(hours=1)
READABLE_FOR = timedelta(days=90)  # how long a link that was used still leads to the executed agreement


class CannotSign(Refused):
    """A signature cannot be given, declined or delegated now; the message says why."""


@dataclass(frozen=True)
class Trace:
    """From where a page was requested: the network address and the browser, as evidence."""

    ip: str | None = None
    agent: str = ""


def consent_to(request: SignatureRequest) -> tuple[str, str]:
    """Return what a person agrees to before they sign: the disclosure, and the sentence that they check.

    15 U.S.C. 7001(c) (ESIGN) and the states' Uniform Electronic Transactions Act, section 5.
    """
    disclosure = _(
        "Your typed name is your signature, as binding as one on paper. You can sign on paper instead, and you can get "
        "a copy on paper at no cost: ask the staff of %(board)s. The executed agreement is sent to you as a PDF."
    )
    sentence = _("I have read the whole text, I agree to sign electronically, and I sign as %(capacity)s.")
    names = {"board": request.agreement.area.board_name, "capacity": request}
    return disclosure % names, sentence % names


# ---------------------------------------------------------------- Signing
@recorded
def sign_signed_in(request: SignatureRequest, *, name: str, trace: Trace, by: User, at: datetime) -> Signature:
    """Sign as the holder of an office, signed in with the account of that holder.

    :raises CannotSign: if it was signed, declined or voided, or somebody else holds the office.
    """
    request = lock(request)
    signer = signer_of(request, at=at)
    if signer is None or not signer.has(user=by):
        raise CannotSign(_("Only the person who holds this office today can sign."))
    return _sign(request, signer, name=name, trace=trace, at=at, way=Way.ACCOUNT, user=by, email=by.email.lower())


@recorded
def sign_by_link(link: SigningLink, *, name: str, trace: Trace, by: User | None, at: datetime) -> Signature:
    """Sign by a personal link, after the code mailed to the same address was entered.

    :raises LinkIsOver: if the link no longer works, also because somebody else holds the office now.
    :raises CannotSign: if it was signed, declined or voided.
    """
    with emailed_links.signed_by_link(link):
        request = lock(link.request)
        link = emailed_links.lock_open(link, at)
        signer = signer_of(request, at=at)
        assert signer  # an open link has one
        emailed_links.note_answered(link, at)
        return _sign(request, signer, name=name, trace=trace, at=at, way=Way.LINK, user=by, email=link.email)


@recorded
def record_scan(
    request: SignatureRequest, *, name: str, signed_on: date, scan: Any, by: User, at: datetime
) -> Signature:
    """Record a signature on paper with the scan of it; ``by`` vouches for it.

    :raises CannotSign: if it was signed, declined or voided, or is dated before it was sent or in the future.
    :raises CannotUseFile: if the scan cannot belong to it.
    """
    request = lock(request)
    zone = request.agreement.area.zone
    if signed_on > at.astimezone(zone).date():
        raise CannotSign(_("This day is in the future."), field="signed_on")
    if signed_on < request.sending.sent_at.astimezone(zone).date():
        words = _("The text was sent on a later day. A signature on an earlier one is of another text.")
        raise CannotSign(words, field="signed_on")
    demand_usable(scan, Signature(request=request, agreement=request.agreement), "scan", by=by)
    given = {"way": Way.SCAN, "scan": scan, "vouched_by": by, "signed_on": signed_on}
    return _sign(request, signer_of(request, at=at), name=name, trace=Trace(), at=at, **given)


def lock(request: SignatureRequest) -> SignatureRequest:
    """Lock an agreement that is out for signature, and return a request of it that is open.

    :raises CannotSign: if it was signed, declined or voided, or its turn has not come.
    """
    # Lock: of two last signatures at once neither is lost and one executes; none is given while it is voided.
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("area__state")
    agreement = rows.get(pk=request.agreement_id)
    fresh = SignatureRequest.objects.select_related("sending__document", "party__partnership__organization", "office")
    request = fresh.get(pk=request.pk)
    request.agreement = request.sending.agreement = agreement
    if request.status == Status.SIGNED:
        raise CannotSign(_("This was signed already."))
    if request.status == Status.DECLINED:
        raise CannotSign(_("This was declined."))
    if request.status == Status.VOID or not request.sending.is_live:
        raise CannotSign(_("This agreement was taken back before it was signed. Nothing was recorded."))
    if request.status == Status.WAITING:
        raise CannotSign(_("It is not your turn to sign yet."))
    return request


def _sign(
    request: SignatureRequest, signer: Signer | None, *, name: str, trace: Trace, at: datetime, way: str, **given: Any
) -> Signature:
    if not any(letter.isalpha() for letter in name):
        raise CannotSign(_("Type your full name."), field="name")
    document = request.sending.document
    consent = "" if way == Way.SCAN else "\n".join(consent_to(request))
    signature = Signature.objects.create(
        agreement=request.agreement,
        party=request.party,
        request=request,
        way=way,
        name=name.strip(),
        holder=signer.name if signer else "",
        title=request.title,
        delegated_by=signer.delegated_by if signer else "",
        consent=consent,
        signed_at=at,
        ip=trace.ip,
        agent=trace.agent[:300],
        html_sha256=document.html_sha256,
        pdf_sha256=document.sha256,
        **given,
    )
    request.status = Status.SIGNED
    request.save(update_fields=["status"])
    SigningLink.objects.unrevoked().filter(request=request).update(expires_at=at + READABLE_FOR)
    opening.withdraw_mails([request], why=_("It was signed."))
    opening.open_requests(request.sending, at=at)
    if not request.sending.requests.exclude(status=Status.SIGNED).exists():
        _execute(request, at)
    return signature


def _execute(request: SignatureRequest, at: datetime) -> None:
    agreement = request.agreement
    today = at.astimezone(agreement.area.zone).date()
    agreement.status, agreement.executed_on = Agreement.Status.EXECUTED, today
    agreement.effective_on = agreement.effective_on or today
    agreement.save(update_fields=["status", "executed_on", "effective_on"])
    if agreement.amends_id:
        join_by_amendment(agreement)
        # The signatures stand, whatever became of the amended agreement meanwhile: its page shows both.
        with suppress(CannotRecord):
            endings.apply_amendment(agreement, by=None, at=at)
    sealing.queue(request.sending, at=at)


# ---------------------------------------------------------------- Not signing
@recorded
def decline(request: SignatureRequest, *, reason: str, by: User, at: datetime) -> None:
    """Decline to sign, signed in; the staff hear of it, and others may go on signing.

    :raises CannotSign: if it was signed, declined or voided, somebody else holds the office, or no reason is given.
    """
    request = lock(request)
    signer = signer_of(request, at=at)
    if signer is None or not signer.has(user=by):
        raise CannotSign(_("Only the person who holds this office today can decline."))
    _decline(request, signer, reason, at)


@recorded
def decline_by_link(link: SigningLink, *, reason: str, by: User | None, at: datetime) -> None:
    """Decline to sign by a personal link, after the code mailed to the same address was entered.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotSign: if it was signed, declined or voided, or no reason is given.
    """
    with emailed_links.signed_by_link(link):
        request = lock(link.request)
        link = emailed_links.lock_open(link, at)
        signer = signer_of(request, at=at)
        assert signer  # an open link has one
        emailed_links.note_answered(link, at)
        _decline(request, signer, reason, at)


def _decline(request: SignatureRequest, signer: Signer, reason: str, at: datetime) -> None:
    if not reason.strip():
        raise CannotSign(_("Enter why you do not sign."), field="reason")
    request.status, request.decline_reason = Status.DECLINED, reason.strip()
    request.save(update_fields=["status", "decline_reason"])
    opening.withdraw_mails([request], why=_("It was declined."))
    telling.tell_declined(request, signer.name, at=at)


@recorded
def ask_again(request: SignatureRequest, *, by: User, at: datetime) -> SigningLink:
    """Write again to whoever is to sign: a reminder by hand, the new holder of the office, or after a refusal.

    :raises CannotSign: if it was signed or voided, its turn has not come, or nobody can be asked.
    """
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("area__state")
    agreement = rows.get(pk=request.agreement_id)
    request = SignatureRequest.objects.select_related("sending", "party__partnership__organization", "office").get(
        pk=request.pk
    )
    request.agreement = request.sending.agreement = agreement
    was_declined = request.status == Status.DECLINED
    if was_declined and request.sending.is_live:
        request.status, request.decline_reason = Status.OPEN, ""
        request.save(update_fields=["status", "decline_reason"])
    if request.status != Status.OPEN or not request.sending.is_live:
        raise CannotSign(_("Nobody is asked for this signature now."))
    signer = signer_of(request, at=at)
    if signer is None or not signer.can_be_asked:
        raise CannotSign(_("Nobody with an email address holds this office: %(title)s.") % {"title": request.title})
    last = request.links.unrevoked().order_by("-asked_at").first()
    is_new = was_declined or last is None or last.email != signer.email
    if last and not is_new and at - last.asked_at < ASK_AGAIN_AFTER:
        raise CannotSign(_("%(name)s was asked less than an hour ago.") % {"name": signer.name})
    return opening.ask([request], by=by, at=at)[0]
