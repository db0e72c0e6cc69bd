"""Bounces: addresses that a mail server refused, immediately or in a later report.

A server that accepts a mail and only then finds no recipient sends a delivery status notification (RFC 3464) to the
sender's address. It comes in like other mail (``onestop.notices.inbound``).
"""

import email
import email.policy
import logging
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices.models import Bounce, Notice

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """A server's report about one address: its answer, and the mail that it is about."""

    address: str
    said: str
    message_id: str


def note_bounce(address: str, *, said: str, at: datetime) -> None:
    """Record, in the running transaction, that an address bounces; only urgent notices still go there."""
    # One statement, so that concurrent writers never break each other's transaction.
    Bounce.objects.bulk_create([Bounce(address=address, said=said[:500], at=at)], ignore_conflicts=True)


@transaction.atomic
def clear_bounces(addresses: QuerySet[Bounce], *, by: User | None, at: datetime) -> int:
    """Mark bounced addresses as working; return how many. Mail goes there again."""
    return addresses.filter(cleared_at=None).update(cleared_at=at, cleared_by=by)


def with_trust(addresses: QuerySet[Bounce]) -> QuerySet[Bounce]:
    """Annotate each address with when it was last marked as working after a bounce, and by whom."""
    cleared = Bounce.objects.filter(cleared_at__isnull=False).annotate(lower=Lower("address"))
    last = cleared.filter(lower=Lower(OuterRef("address"))).order_by("-cleared_at")[:1]
    return addresses.annotate(
        trusted_at=Subquery(last.values("cleared_at")), trusted_by=Subquery(last.values("cleared_by__name"))
    )


def read_reports(raw: bytes) -> list[Report]:
    """Return the permanent failures of a delivery status notification; nothing if the mail is not one."""
    try:
        return _reports_of(email.message_from_bytes(raw, policy=email.policy.default))
    except Exception:  # what is broken in so many ways is no report of a mail server
        logger.warning("A report of a mail server could not be read", exc_info=True)
        return []


def _reports_of(message: EmailMessage) -> list[Report]:
    parts = {part.get_content_type(): part for part in message.walk() if isinstance(part, EmailMessage)}
    status = parts.get("message/delivery-status")
    if message.get_content_type() != "multipart/report" or status is None:
        return []
    message_id = _message_id(parts)
    reports = []
    for block in status.get_payload():
        recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")  # type: ignore[union-attr]
        if str(block.get("Action", "")).strip().lower() == "failed" and recipient:  # type: ignore[union-attr]
            answer = block.get("Diagnostic-Code") or block.get("Status") or _("No reason given.")  # type: ignore[union-attr]
            reports.append(Report(recipient.rpartition(";")[2].strip(), " ".join(str(answer).split()), message_id))
    return reports


@transaction.atomic
def take_report(report: Report, *, at: datetime) -> bool:
    """Mark the mail as not delivered and its address as bouncing; return whether the mail is ours.

    Anyone can write to our address, so a report counts only if it names a mail that we sent to this address.
    """
    mine = Notice.objects.filter(message_id=report.message_id, to__iexact=report.address)
    changed = mine.filter(status__in=[Notice.Status.SENT, Notice.Status.UNCERTAIN]).update(
        status=Notice.Status.FAILED, last_error=(_("Bounced: %(answer)s") % {"answer": report.said})[:500]
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
