"""Mail that comes in: bounces, answers to invitations, and what people write back.

``take_mail`` is the one way in, for a pipe and for the mailbox alike. It offers a mail to the inboxes that parts of the
portal have registered; what none of them takes is kept for staff. Nothing is ever answered automatically, so no loop
can begin. A mail is taken once, however often it comes, and a failing inbox loses nothing.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from onestop.accounts.models import User
from onestop.notices import bounces
from onestop.notices.incoming import Incoming, read_mail
from onestop.notices.models import InboundMail, Notice
from onestop.notices.models.inbound import InboundMailQuerySet

logger = logging.getLogger(__name__)

State = InboundMail.State
KEPT = timedelta(days=30)
MOST_KEPT = 2_000_000  # bytes of a mail; the text comes before what is attached
MOST_TRIES = 5
BOUNCES = "bounces"


# ---------------------------------------------------------------- Inboxes
@dataclass(frozen=True)
class Inbox:
    """What takes mail. ``take(mail, token=, at=)`` returns whether it took it; it runs in a transaction.

    It gets the mail to its plus-address with what follows in it as the token, or the mail that it ``accepts``, with an
    empty token. A mail's sender is never proven: a token that cannot be guessed is what an inbox may rely on.
    """

    name: str
    take: Callable[..., bool]
    accepts: Callable[[Incoming], bool] | None = None


_inboxes: dict[str, Inbox] = {}


def register_inbox(name: str, take: Callable[..., bool], *, accepts: Callable[[Incoming], bool] | None = None) -> None:
    """Register what takes the mail to ``address_of_inbox(name, ...)``, or the mail that it accepts.

    Called from an app's ``notices`` package when the project starts.
    """
    _inboxes[name] = Inbox(name, take, accepts)


def address_of_inbox(name: str, token: str) -> str:
    """Return the plus-address of an inbox: "portal+meet-abc123@portal.example.org".

    Mail servers may change the case of an address, so the token must not depend on it.
    """
    local, _at, domain = own_address().rpartition("@")
    return f"{local}+{name}-{token}@{domain}"


def own_address() -> str:
    """Return the address of the portal's mailbox."""
    return settings.INBOUND_ADDRESS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _offers(mail: Incoming) -> list[tuple[Inbox, str]]:
    """Return the inboxes for a mail, each with the token of its address."""
    found = []
    for address in mail.recipients:
        _local, plus, rest = address.rpartition("@")[0].partition("+")
        name, dash, token = rest.partition("-")
        if plus and dash and name in _inboxes and _inboxes[name].accepts is None:
            found.append((_inboxes[name], token))
    return found + [(inbox, "") for inbox in _inboxes.values() if inbox.accepts and inbox.accepts(mail)]


# ---------------------------------------------------------------- Taking
def take_mail(raw: bytes, *, to: Sequence[str] = (), at: datetime) -> InboundMail:
    """Take one mail, unless it was taken before; return its row.

    ``to`` are the addresses that the mail server delivered it to, if it says so.
    """
    mail = read_mail(raw, to)
    with transaction.atomic():
        # One statement: of two processes with the same mail, the second waits, and finds it taken.
        InboundMail.objects.bulk_create([_row(mail, size=len(raw), at=at)], ignore_conflicts=True)
        # Lock: a retry of the sweep must not take it at the same moment.
        row = InboundMail.objects.select_for_update().get(digest=mail.digest)
        if row.state == State.OPEN and not row.tries:
            _offer(row, mail, at)
        return row


def _row(mail: Incoming, *, size: int, at: datetime) -> InboundMail:
    notice = notice_answered_by(mail)
    return InboundMail(
        digest=mail.digest,
        message_id=mail.message_id,
        sender=mail.sender,
        sender_name=mail.sender_name,
        recipients=", ".join(mail.recipients)[:500],
        subject=mail.subject,
        received_at=at,
        size=size,
        content=mail.raw[:MOST_KEPT],
        is_automatic=mail.is_automatic or mail.sender == own_address().lower(),
        notice=notice,
        scope=notice.scope if notice else "",
    )


def notice_answered_by(mail: Incoming) -> Notice | None:
    """Return the notice that a mail answers, found by our Message-IDs, which nobody can guess."""
    known = {notice.message_id: notice for notice in Notice.objects.filter(message_id__in=mail.answers).defer("html")}
    return next((known[message_id] for message_id in mail.answers if message_id in known), None)


def _offer(row: InboundMail, mail: Incoming, at: datetime) -> None:
    """Offer a mail to the inboxes, and record in its row what became of it."""
    row.tries += 1
    row.state, row.note = State.OPEN, ""
    try:
        with transaction.atomic():
            row.taken_by = _taker(mail, at)
    except Exception as problem:
        # Whatever fails, the mail is kept; the sweep tries again, and the operator sees it.
        logger.exception("Mail %s could not be processed", row.pk)
        row.state, row.note = State.FAILED, type(problem).__name__[:500]
    if row.taken_by:
        row.state, row.content = State.TAKEN, b""
    row.save(update_fields=["state", "taken_by", "tries", "note", "content"])


def _taker(mail: Incoming, at: datetime) -> str:
    """Return the name of what took a mail, or nothing."""
    if sum(bounces.take_report(report, at=at) for report in bounces.read_reports(mail.raw)):
        return BOUNCES
    return next((inbox.name for inbox, token in _offers(mail) if inbox.take(mail, token=token, at=at)), "")


def retry_failed(*, at: datetime) -> int:
    """Offer again what could not be processed, a few times; return how many were tried."""
    rows = InboundMail.objects.filter(state=State.FAILED, tries__lt=MOST_TRIES, size__lte=MOST_KEPT)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:100])
    for pk in pks:
        with transaction.atomic():
            # Lock: two sweeps must not offer it at the same moment.
            if row := rows.select_for_update(skip_locked=True).filter(pk=pk).first():
                _offer(row, read_mail(bytes(row.content), row.recipients.split(", ")), at)
    return len(pks)


# ---------------------------------------------------------------- Staff
@transaction.atomic
def mark_done(mails: InboundMailQuerySet, *, by: User, at: datetime) -> int:
    """Mark mail as done; return how many were open."""
    waiting = mails.filter(state__in=[State.OPEN, State.FAILED])
    return waiting.update(state=State.DONE, done_by=by, done_at=at)


@transaction.atomic
def reopen(mails: InboundMailQuerySet) -> int:
    """Mark mail as not read again; return how many were done."""
    return mails.filter(state=State.DONE).update(state=State.OPEN, done_by=None, done_at=None)


def forget_old_mail(*, at: datetime) -> int:
    """Delete mail 30 days after it came; return how many."""
    return InboundMail.objects.filter(received_at__lt=at - KEPT).delete()[0]
