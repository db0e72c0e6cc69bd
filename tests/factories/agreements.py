"""Rows of agreements."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils.timezone import now

from agreements.models import (
    Agreement,
    AgreementPdf,
    ApprovalStep,
    Clause,
    CoSigner,
    Delegation,
    Drift,
    Evidence,
    FrozenDocument,
    NegotiationEntry,
    Party,
    Promise,
    Review,
    SealedDocument,
    Sending,
    Signature,
    SignatureRequest,
    SigningLink,
    Suggestion,
    Version,
)
from onestop.accounts import signed_links
from onestop.accounts.models import User
from partners.models import LocalArea, Office, Partnership
from tests.factories.numbers import next_number


def make_agreement(area: LocalArea, **fields: Any) -> Agreement:
    """Return a draft of an umbrella MOU for three years."""
    named = {"number": f"MOU-{next_number()}", "title": "Umbrella MOU", "kind": "umbrella", "begun_at": now()}
    dates = {"effective_on": date(2027, 7, 1), "expires_on": date(2030, 6, 30), "review_on": date(2030, 6, 30)}
    return Agreement.objects.create(area=area, **named | dates | fields)


def make_clause(agreement: Agreement, **fields: Any) -> Clause:
    """Return one more clause."""
    given = {"position": agreement.clauses.count() + 1, "title": "Referral", "text": "Partners refer by warm hand-off."}
    return Clause.objects.create(agreement=agreement, **given | fields)


def make_party(agreement: Agreement, partnership: Partnership | None = None, **fields: Any) -> Party:
    """Return a partner as a party, or another body by name."""
    who = (
        {"kind": "partner", "partnership": partnership} if partnership else {"kind": "other", "name": "County library"}
    )
    return Party.objects.create(agreement=agreement, **who | fields)


def make_version(agreement: Agreement, **fields: Any) -> Version:
    """Return a saved version without clauses."""
    given = {"number": agreement.versions.count() + 1, "contents": [], "at": now()}
    return Version.objects.create(agreement=agreement, **given | fields)


def make_promise(party: Party, **fields: Any) -> Promise:
    """Return what a party undertakes: something in words."""
    given = {"kind": "other", "text": "A desk for visitors"}
    return Promise.objects.create(agreement=party.agreement, party=party, **given | fields)


def make_suggestion(clause: Clause, by: User, **fields: Any) -> Suggestion:
    """Return an open suggestion for a clause."""
    given = {"before": clause.text, "text": "Within two days.", "note": "One day is hard for us.", "at": now()}
    return Suggestion.objects.create(clause=clause, by=by, **given | fields)


def make_step(party: Party, **fields: Any) -> ApprovalStep:
    """Return an approval of a party that is planned for a day."""
    given = {"name": "County commission", "planned_on": date(2027, 6, 8)}
    return ApprovalStep.objects.create(agreement=party.agreement, party=party, **given | fields)


def make_negotiation(agreement: Agreement, **fields: Any) -> NegotiationEntry:
    """Return an entry of the record of negotiations."""
    given = {"kind": "meeting", "happened_on": date(2026, 11, 3), "text": "All partners met."}
    return NegotiationEntry.objects.create(agreement=agreement, **given | fields)


def make_agreement_pdf(agreement: Agreement, **fields: Any) -> AgreementPdf:
    """Return a PDF that waits for a worker."""
    given = {"kind": "text", "digest": f"{next_number():064}", "html": "<p>Text</p>", "asked_at": now()}
    return AgreementPdf.objects.create(agreement=agreement, **given | fields)


def make_evidence(promise: Promise, **fields: Any) -> Evidence:
    """Return a piece of evidence for a promise."""
    given = {"happened_on": date(2026, 11, 2), "text": "Monthly report of October", "at": now()}
    return Evidence.objects.create(agreement=promise.agreement, promise=promise, **given | fields)


def make_drift(promise: Promise, **fields: Any) -> Drift:
    """Return a time in which a promise is not kept, and of which nobody was told."""
    return Drift.objects.create(promise=promise, **{"reason": "hours", "since": date(2026, 11, 2)} | fields)


# ---------------------------------------------------------------- Signing
def make_sending(agreement: Agreement, *, body: str = "", **fields: Any) -> Sending:
    """Return a sending whose text is frozen, with a PDF of a few bytes."""
    given = {"number": agreement.sendings.count() + 1, "sent_at": now()}
    sending = Sending.objects.create(agreement=agreement, **given | fields)
    html = body or "<h2>1. What is agreed</h2><p>Two desks.</p>"
    document = FrozenDocument(
        sending=sending, title=str(agreement), body=html, html_sha256=hashlib.sha256(html.encode()).hexdigest()
    )
    _make_ready(document, b"%PDF-1.7 text")
    return sending


def make_sealed_document(sending: Sending) -> SealedDocument:
    """Return an executed file of a few bytes."""
    sealed = SealedDocument(sending=sending, evidence="{}")
    _make_ready(sealed, b"%PDF-1.7 executed")
    return sealed


def _make_ready(document: FrozenDocument | SealedDocument, data: bytes) -> None:
    document.file.save("made.pdf", ContentFile(data), save=False)
    document.status, document.asked_at, document.made_at = "ready", now(), now()
    document.sha256, document.size, document.pages = hashlib.sha256(data).hexdigest(), len(data), 2
    document.save()


def make_signature_request(sending: Sending, party: Party, office: Office, **fields: Any) -> SignatureRequest:
    """Return a request to an office that is open."""
    given = {"title": office.title, "status": "open", "opened_at": now()}
    named = {"agreement": sending.agreement, "sending": sending, "party": party, "office": office}
    return SignatureRequest.objects.create(**named | given | fields)


def make_signing_link(request: SignatureRequest, **fields: Any) -> SigningLink:
    """Return a link that works for two months."""
    given = {"name": "Sam Sample", "email": "mayor@millpond.example", "nonce": signed_links.new_nonce()}
    times = {"asked_at": now(), "expires_at": now() + timedelta(days=60)}
    return SigningLink.objects.create(agreement=request.agreement, request=request, **given | times | fields)


def make_signature(request: SignatureRequest, **fields: Any) -> Signature:
    """Return a signature by a link."""
    given = {"way": "link", "name": "Sam Sample", "title": request.title, "email": "mayor@millpond.example"}
    facts = {"consent": "I agree.", "signed_at": now(), "html_sha256": "0" * 64, "pdf_sha256": "0" * 64}
    named = {"agreement": request.agreement, "party": request.party, "request": request}
    return Signature.objects.create(**named | given | facts | fields)


def make_delegation(request: SignatureRequest, **fields: Any) -> Delegation:
    """Return a delegation that waits for the staff."""
    given = {"name": "Alex Deputy", "email": "deputy@millpond.example", "authority": "Resolution 2026-14"}
    when = {"asked_by": "Sam Sample", "asked_at": now()}
    return Delegation.objects.create(agreement=request.agreement, request=request, **given | when | fields)


def make_co_signer(party: Party, office: Office, **fields: Any) -> CoSigner:
    """Return a further office that signs for a party."""
    return CoSigner.objects.create(agreement=party.agreement, party=party, office=office, **fields)


def make_executed(area: LocalArea, begins: date, ends: date | None, **fields: Any) -> Agreement:
    """Return an MOU that all signed on the day it took effect."""
    dates = {"effective_on": begins, "expires_on": ends, "review_on": None, "executed_on": begins}
    return make_agreement(area, **{"status": "executed", "origin": "existing", **dates, **fields})


def make_agreement_review(agreement: Agreement, **fields: Any) -> Review:
    """Return a review, after which the next one is due in three years."""
    given = {"held_on": date(2026, 6, 30), "next_on": date(2029, 6, 30), "who": "The board with all partners"}
    return Review.objects.create(agreement=agreement, **{"at": now(), **given, **fields})
