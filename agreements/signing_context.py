"""Get requests to sign and delegations that the user may see, and what the pages of signing share."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Agreement, Delegation, FrozenDocument, Sending, SignatureRequest
from agreements.models.signers import signer_of
from agreements.signing import freezing, sealing, standing
from agreements.signing.signatures import Trace
from onestop.files.documents import Maker
from partners.network.current_area import show_area
from partners.rules import may


def get_signature_request(request: HttpRequest, pk: int) -> SignatureRequest:
    """Return a request to sign that the user may see, or that waits for their signature; otherwise 404."""
    rows = SignatureRequest.objects.select_related(
        "agreement__area__state", "sending__document", "sending__sealed", "party__partnership__organization", "office"
    )
    asked = get_object_or_404(rows, pk=pk)
    asked.sending.agreement = asked.agreement
    if Agreement.objects.visible_to(request.user).filter(pk=asked.agreement_id).exists():
        show_area(request, asked.agreement.area)
        return asked
    signer = signer_of(asked, at=timezone.now())
    if signer is None or not signer.has(user=request.user):
        raise Http404
    return asked


def get_delegation(request: HttpRequest, pk: int) -> Delegation:
    """Return a delegation of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Delegation.objects.filter(agreement__in=Agreement.objects.visible_to(request.user).values("pk"))
    delegation = get_object_or_404(rows.select_related("agreement__area__state", "request"), pk=pk)
    show_area(request, delegation.agreement.area)
    return delegation


def trace_of(request: HttpRequest) -> Trace:
    """Return from where a page was requested, as evidence."""
    adapter = get_adapter(request)
    return Trace(adapter.get_client_ip(request), adapter.get_http_user_agent(request))


def is_signed_by_now(asked: SignatureRequest) -> bool:
    """Return whether a signature is recorded: of two clicks on one button, the second is no error."""
    asked.refresh_from_db(fields=["status"])
    return asked.status == SignatureRequest.Status.SIGNED


def sign_context(asked: SignatureRequest, form: Any) -> dict[str, Any]:
    """Return what the pages show on which an agreement is read and signed."""
    signed = asked.sending.requests.filter(status=SignatureRequest.Status.SIGNED).count()
    return {
        "title": asked.agreement.title,
        "here": asked.agreement.number,
        "agreement": asked.agreement,
        "request_to_sign": asked,
        "sending": asked.sending,
        "document": asked.sending.document,
        "sealed": getattr(asked.sending, "sealed", None),
        "signature": getattr(asked, "signature", None),
        "signed": signed,
        "of": asked.sending.requests.count(),
        "form": form,
    }


def _frozen_text(sending: Sending) -> str:
    """Return the text that is signed, in place of the clauses; "" if the sending was taken back."""
    if not sending.is_live:
        return ""
    return FrozenDocument.objects.only("body", "html_sha256").get(sending=sending).shown_html


def signatures_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return what the page of an agreement shows of its signatures: the last sending, and what was taken back."""
    sending = standing.last_sending(agreement)
    if sending is None:
        return {"sending": None}
    sealed = getattr(sending, "sealed", None)
    context = {
        "sending": sending,
        "frozen": sending.document,
        "frozen_text": _frozen_text(sending),
        "sealed": sealed,
        "signatures": standing.standing_of(sending, at=timezone.now()),
        "voided": agreement.sendings.exclude(voided_at=None).exclude(pk=sending.pk).order_by("-number"),
        "may_send": may(request.user, "agreements.send_agreement", agreement),
        "is_own_key": settings.SEAL.is_generated,
    }
    makers: Sequence[tuple[str, Maker[Any], Any]]
    makers = [("frozen", freezing.MAKER, sending.document), ("sealed", sealing.MAKER, sealed)]
    for name, maker, made in makers:
        if made is not None and made.is_at_work:
            context[f"{name}_progress"] = maker.progress_of(made)
            context[f"{name}_interrupted"] = maker.is_interrupted(made)
    return context
