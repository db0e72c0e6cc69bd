"""The evidence of how an agreement was signed: who, as what, how, when, and of which exact text."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from agreements.models import FrozenDocument, Sending, Signature, SigningLink

FORMAT = 1


def evidence_of(sending: Sending) -> str:
    """Return the event log of a sending as JSON; times are in UTC."""
    agreement, document = sending.agreement, sending.document
    facts = {
        "format": FORMAT,
        "portal": settings.PUBLIC_URL,
        "agreement": {
            "number": agreement.number,
            "title": agreement.title,
            "kind": agreement.kind,
            "area": agreement.area.name,
            "state": agreement.area.state.code,
            "effective": _day(agreement.effective_on),
            "expires": _day(agreement.expires_on),
            "executed": _day(agreement.executed_on),
        },
        "text": _text(document),
        "sent": {"at": _time(sending.sent_at), "by": str(sending.sent_by or ""), "number": sending.number},
        "emails": [_email(each) for each in _links_of(sending)],
        "signatures": [_signature(each) for each in signatures_of(sending)],
    }
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)


def signatures_of(sending: Sending) -> list[Signature]:
    """Return the signatures of a sending, in the order in which they were recorded."""
    rows = Signature.objects.filter(request__sending=sending).order_by("signed_at", "pk")
    return list(rows.select_related("party__partnership__organization", "request", "scan", "vouched_by"))


def _links_of(sending: Sending) -> list[SigningLink]:
    rows = SigningLink.objects.filter(request__sending=sending).order_by("asked_at", "pk")
    return list(rows.select_related("request__party__partnership__organization", "asked_by"))


def _text(document: FrozenDocument) -> dict[str, Any]:
    return {"html_sha256": document.html_sha256, "pdf_sha256": document.sha256, "pages": document.pages}


def _email(link: SigningLink) -> dict[str, Any]:
    return {
        "party": str(link.request.party),
        "title": link.request.title,
        "name": link.name,
        "email": link.email,
        "asked_at": _time(link.asked_at),
        "asked_by": link.asker,
        "opened_at": _time(link.opened_at),
        "answered_at": _time(link.answered_at),
        "ended_at": _time(link.revoked_at),
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "party": str(signature.party),
        "name": signature.name,
        "name_on_record": signature.holder,
        "title": signature.title,
        "way": signature.way,
        "email": signature.email,
        "delegated_by": signature.delegated_by,
        "asked_at": _time(signature.request.opened_at),
        "signed_at": _time(signature.signed_at),
        "signed_on_paper": _day(signature.signed_on),
        "network_address": signature.ip or "",
        "browser": signature.agent,
        "consent": signature.consent,
        "html_sha256": signature.html_sha256,
        "pdf_sha256": signature.pdf_sha256,
        "scan_sha256": signature.scan.sha256 if signature.scan else "",
        "vouched_by": str(signature.vouched_by or ""),
    }


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
