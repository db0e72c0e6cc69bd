"""Rows of agreements."""

from datetime import date
from typing import Any

from django.utils.timezone import now

from agreements.models import (
    Agreement,
    AgreementPdf,
    ApprovalStep,
    Clause,
    NegotiationEntry,
    Party,
    Promise,
    Suggestion,
    Version,
)
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership
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
