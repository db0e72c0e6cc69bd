"""Get agreements that the user may see, enter their area, and what their pages share."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import (
    Agreement,
    AgreementPdf,
    ApprovalStep,
    Clause,
    Delegation,
    FrozenDocument,
    NegotiationEntry,
    Party,
    Promise,
    Review,
    Sending,
    SignatureRequest,
    Suggestion,
)
from agreements.models.signers import signer_of
from agreements.responsibilities.reading import with_what_decides
from agreements.signing import freezing, sealing, standing
from agreements.signing.signatures import Trace
from agreements.terms.clocks import with_clocks
from onestop.files.documents import Maker
from partners.network.current_area import show_area
from partners.rules import demand, may


def get_agreement(request: HttpRequest, pk: int) -> Agreement:
    """Return an agreement that the user may see, and enter its area; otherwise 404."""
    rows = with_clocks(Agreement.objects.visible_to(request.user).with_terms())
    agreement = get_object_or_404(
        rows.select_related("area__state", "supersedes", "amends", "signed_file", "begun_by"), pk=pk
    )
    show_area(request, agreement.area)
    return agreement


def get_clause(request: HttpRequest, pk: int) -> Clause:
    """Return a clause of an agreement that the user may see, and enter its area; otherwise 404."""
    clause = get_object_or_404(Clause.objects.visible_to(request.user).select_related("agreement__area__state"), pk=pk)
    show_area(request, clause.agreement.area)
    return clause


def get_party(request: HttpRequest, pk: int) -> Party:
    """Return a party of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Party.objects.visible_to(request.user)
    party = get_object_or_404(rows.select_related("agreement__area__state", "partnership__organization"), pk=pk)
    show_area(request, party.agreement.area)
    return party


def get_review(request: HttpRequest, pk: int) -> Review:
    """Return a review of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Review.objects.visible_to(request.user).select_related("agreement__area__state")
    review = get_object_or_404(rows, pk=pk)
    show_area(request, review.agreement.area)
    return review


def get_promise(request: HttpRequest, pk: int) -> Promise:
    """Return a promise of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = with_what_decides(Promise.objects.visible_to(request.user))
    promise = get_object_or_404(rows, pk=pk)
    show_area(request, promise.agreement.area)
    return promise


def get_suggestion(request: HttpRequest, pk: int) -> Suggestion:
    """Return a suggestion for a clause that the user may see, and enter its area; otherwise 404."""
    rows = Suggestion.objects.visible_to(request.user).select_related("clause__agreement__area__state", "by")
    suggestion = get_object_or_404(rows, pk=pk)
    show_area(request, suggestion.clause.agreement.area)
    return suggestion


def get_step(request: HttpRequest, pk: int) -> ApprovalStep:
    """Return an approval of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = ApprovalStep.objects.visible_to(request.user)
    step = get_object_or_404(rows.select_related("agreement__area__state", "party"), pk=pk)
    show_area(request, step.agreement.area)
    return step


def get_negotiation(request: HttpRequest, pk: int) -> NegotiationEntry:
    """Return an entry of a record that the user may edit, and enter its area; otherwise 404 or 403."""
    rows = NegotiationEntry.objects.visible_to(request.user)
    entry = get_object_or_404(rows.select_related("agreement__area__state", "party"), pk=pk)
    show_area(request, entry.agreement.area)
    demand(request, "agreements.draft_agreement", entry.agreement)
    return entry


def may_suggest(request: HttpRequest, agreement: Agreement) -> bool:
    """Return whether the user may suggest wording: a party or the board, while the draft is in review."""
    return agreement.status == Agreement.Status.REVIEW and may(request.user, "agreements.suggest_wording", agreement)


def get_pdf(request: HttpRequest, pk: int) -> AgreementPdf:
    """Return a PDF of an agreement that the user may see, and enter its area; otherwise 404 or 403."""
    rows = AgreementPdf.objects.visible_to(request.user).select_related("agreement__area__state")
    made = get_object_or_404(rows.defer("html"), pk=pk)
    show_area(request, made.agreement.area)
    if made.kind == AgreementPdf.Kind.IMPASSE:
        demand(request, "agreements.view_negotiations", made.agreement)
    return made


# ---------------------------------------------------------------- Signing
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


def list_breadcrumbs(slug: str) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the list."""
    return [(_("Agreements"), reverse("agreements:agreement_list", args=[slug]))]


def agreement_breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below an agreement."""
    return [*list_breadcrumbs(agreement.area.slug), (agreement.number, agreement.get_absolute_url())]


def form_context(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about an agreement."""
    return {
        "title": title,
        "crumbs": agreement_breadcrumbs(agreement),
        "here": more.pop("here", title),
        "agreement": agreement,
        "form": form,
        "cancel_url": agreement.get_absolute_url(),
        **more,
    }
