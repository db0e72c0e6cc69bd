"""Addresses at which nobody is reached: what a mail server said at once, or wrote back later.

A server that takes a mail and only then finds nobody answers with a delivery status notification (RFC 3464) to the
sender's address. Whoever runs the portal pipes that mailbox into ``manage.py take_bounce``.
"""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from onestop.accounts.models import User
from onestop.notices.models import Bounce, Notice


@dataclass(frozen=True)
class Report:
    """What a server wrote back about one address: for which mail, and what it said."""

    address: str
    said: str
    message_id: str


def note_bounce(address: str, *, said: str, at: datetime) -> None:
    """Remember, in the running transaction, that nobody is reached at an address; only codes still go there."""
    # One statement, so that two who learn it at once never break each other's transaction.
    Bounce.objects.bulk_create([Bounce(address=address, said=said[:500], at=at)], ignore_conflicts=True)


@transaction.atomic
def clear_bounces(addresses: QuerySet[Bounce], *, by: User | None, at: datetime) -> int:
    """Trust addresses again, because somebody knows better; return how many. Mail goes there from now on."""
    return addresses.filter(cleared_at=None).update(cleared_at=at, cleared_by=by)


def with_trust(addresses: QuerySet[Bounce]) -> QuerySet[Bounce]:
    """Add to each address when somebody trusted it last although mail had come back, and who: an old hope."""
    cleared = Bounce.objects.filter(cleared_at__isnull=False).annotate(lower=Lower("address"))
    last = cleared.filter(lower=Lower(OuterRef("address"))).order_by("-cleared_at")[:1]
    return addresses.annotate(
        trusted_at=Subquery(last.values("cleared_at")), trusted_by=Subquery(last.values("cleared_by__name"))
    )


def read_reports(raw: bytes) -> list[Report]:
    """Return what a delivery status notification says failed for good; nothing if the mail is none."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if isinstance(part, EmailMessage)}
    status = parts.get("message/delivery-status")
    if message.get_content_type() != "multipart/report" or status is None:
        return []
    message_id = _message_id(parts)
    reports = []
    for block in status.get_payload():
        recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")  # type: ignore[union-attr]
        if str(block.get("Action", "")).strip().lower() == "failed" and recipient:  # type: ignore[union-attr]
            said = block.get("Diagnostic-Code") or block.get("Status") or "No reason was given."  # type: ignore[union-attr]
            reports.append(Report(recipient.rpartition(";")[2].strip(), " ".join(str(said).split()), message_id))
    return reports


@transaction.atomic
def take_report(report: Report, *, at: datetime) -> bool:
    """Mark the mail as not delivered and its address as one that reaches nobody; return whether the mail is ours.

    Anybody can write to our address, so a report counts only if it names a mail that we sent to this very person.
    """
    mine = Notice.objects.filter(message_id=report.message_id, to__iexact=report.address)
    changed = mine.filter(status__in=[Notice.Status.SENT, Notice.Status.UNCERTAIN]).update(
        status=Notice.Status.FAILED, last_error=f"Came back: {report.said}"[:500]
    )
    if changed:
        note_bounce(report.address, said=report.said, at=at)
    return bool(changed)


def _message_id(parts: dict[str, EmailMessage]) -> str:
    returned = parts.get("message/rfc822") or parts.get("text/rfc822-headers")
    if returned is None:
        return ""
    inner = returned.get_payload()
    if isinstance(inner, list) and inner:
        return str(inner[0].get("Message-ID", "")).strip()  # type: ignore[union-attr]
    return str(email.message_from_string(str(inner), policy=email.policy.default).get("Message-ID", "")).strip()
