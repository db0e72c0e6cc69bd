"""The outbox: what is to be said is written with what causes it, and sent afterwards.

PostgreSQL is the truth; Redis only wakes workers. Whatever dies in between, nothing is lost, and nothing is silently
sent again: an e-mail of which nobody can know whether the server took it is marked *uncertain*.
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from onestop.notices.models import OutgoingEmail
from onestop.notices.transport import Refused, Transport, TryLater, Unknown, open_transport, words

logger = logging.getLogger(__name__)

Status = OutgoingEmail.Status
BATCH = 20
DJANGOS_OWN = "mail:"  # what onestop.notices.backend takes from Django and allauth
SECRETS_KEPT = timedelta(days=1)
FORGOTTEN = "What stood here is no longer kept: it could be used to sign in.\n"
LEASE = timedelta(minutes=10)  # longer than any server may take for one e-mail
RETRY_AFTER = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
]


# ---------------------------------------------------------------- Writing
def enqueue(
    *,
    key: str,
    to: str,
    template: str,
    context: Mapping[str, Any],
    at: datetime,
    zone: tzinfo | None = None,
    headers: dict[str, str] | None = None,
) -> OutgoingEmail:
    """Owe somebody the e-mail ``emails/<template>_{subject.txt,body.txt,body.html}``, in the running transaction.

    The key says what it is about; what has been written once is not written again. Times are written in the zone.
    """
    told = {"site_name": settings.SITE_NAME, "public_url": settings.PUBLIC_URL, **context}
    with timezone.override(zone):
        # A subject and a text part are no HTML: an apostrophe stays one.
        subject, text = (_render_plain(f"emails/{template}_{part}.txt", told) for part in ("subject", "body"))
        html = render_to_string(f"emails/{template}_body.html", told)
    return enqueue_rendered(key=key, to=to, subject=subject, text=text, html=html, at=at, headers=headers)


def enqueue_rendered(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    at: datetime,
    sender: str = "",
    headers: dict[str, str] | None = None,
) -> OutgoingEmail:
    """Owe somebody an e-mail whose words are there already, in the running transaction; wake a worker after it."""
    sender = sender or settings.DEFAULT_FROM_EMAIL
    email = OutgoingEmail(
        key=key,
        message_id=OutgoingEmail.message_id_for(key, sender),
        sender=sender,
        to=to,
        subject=" ".join(subject.split()),
        text=text.strip() + "\n",
        html=html.strip(),
        headers=headers or {},
        written_at=at,
        due_at=at,
    )
    # One statement, so that two writers of the same key never break each other's transaction.
    OutgoingEmail.objects.bulk_create([email], ignore_conflicts=True)
    wake_worker()
    return OutgoingEmail.objects.get(key=key)


def _render_plain(template: str, context: Mapping[str, Any]) -> str:
    return get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]


def wake_worker() -> None:
    """Ask a worker to look into the outbox, once the running transaction is written.

    Without Redis nobody is woken and nothing fails: the sweep finds the e-mail within a minute.
    """
    from onestop.notices.tasks import deliver_mail

    transaction.on_commit(lambda: deliver_mail.delay(), robust=True)


# ---------------------------------------------------------------- Sending
def deliver_due(*, at: datetime) -> int:
    """Send a batch of what is due; return how many e-mails were taken in hand, so that the caller comes again.

    No transaction is open while a mail server is spoken to.
    """
    claim = uuid.uuid4()
    batch = _claim_batch(claim, at)
    transport = open_transport()
    try:
        for email in batch:
            _deliver(email, claim, transport, at)
    finally:
        transport.close()
    return len(batch)


@transaction.atomic
def send_again(emails: QuerySet[OutgoingEmail], *, at: datetime) -> int:
    """Owe e-mails anew that failed or are uncertain, by an operator's decision; return how many."""
    wake_worker()
    over = emails.filter(status__in=[Status.FAILED, Status.UNCERTAIN])
    return over.update(status=Status.DUE, due_at=at, attempts=0)


def free_stuck() -> int:
    """Take back the e-mails of workers that died: due again, or uncertain if a server may have one already.

    The lease runs by the database's clock: machines need not agree on the time.
    """
    after_begin = Status.DUE if settings.MAIL_RESEND_UNCERTAIN else Status.UNCERTAIN
    stuck = OutgoingEmail.objects.stuck()
    freed = stuck.filter(begun=False).update(status=Status.DUE)
    return freed + stuck.filter(begun=True).update(
        status=after_begin, last_error="The worker stopped while it was handing this over."
    )


def forget_secrets(*, at: datetime) -> int:
    """Blank the words of Django's own mails a day after they went out: they hold codes and links to sign in with.

    That somebody was sent one, and when, stays.
    """
    old = OutgoingEmail.objects.filter(key__startswith=DJANGOS_OWN, status=Status.SENT, sent_at__lt=at - SECRETS_KEPT)
    return old.exclude(text=FORGOTTEN).update(text=FORGOTTEN, html="")


def _claim_batch(claim: uuid.UUID, at: datetime) -> list[OutgoingEmail]:
    with transaction.atomic(durable=True):
        rows = OutgoingEmail.objects.due(at).select_for_update(skip_locked=True).values_list("pk", flat=True)
        pks = list(rows[:BATCH])
        OutgoingEmail.objects.filter(pk__in=pks).update(
            status=Status.SENDING, claim=claim, begun=False, lease_until=Now() + LEASE
        )
    return list(OutgoingEmail.objects.filter(claim=claim, status=Status.SENDING).order_by("due_at", "pk"))


def _deliver(email: OutgoingEmail, claim: uuid.UUID, transport: Transport, at: datetime) -> None:
    mine = OutgoingEmail.objects.filter(pk=email.pk, claim=claim)
    # From here on a crash leaves it uncertain. Refused if the lease ran out and it was taken back meanwhile.
    if not mine.filter(status=Status.SENDING).update(begun=True, attempts=F("attempts") + 1, lease_until=Now() + LEASE):
        return
    attempts = email.attempts + 1
    try:
        transport.send(email)
    except TryLater as problem:
        last_try = attempts > len(RETRY_AFTER)
        due_at = at if last_try else at + RETRY_AFTER[attempts - 1]
        changes: dict[str, Any] = {"status": Status.FAILED if last_try else Status.DUE, "due_at": due_at}
        _tell(email, mine, problem, **changes)
    except Unknown as problem:
        resend = settings.MAIL_RESEND_UNCERTAIN and attempts <= len(RETRY_AFTER)
        due_at = at + RETRY_AFTER[attempts - 1] if resend else email.due_at
        _tell(email, mine, problem, status=Status.DUE if resend else Status.UNCERTAIN, due_at=due_at)
    except Refused as problem:
        _tell(email, mine, problem, status=Status.FAILED)
    except Exception as problem:
        # One e-mail that cannot be made must not keep back the others.
        logger.exception("E-mail %s cannot be sent", email.pk)
        _tell(email, mine, problem, status=Status.FAILED)
    else:
        mine.update(status=Status.SENT, sent_at=at, last_error="")


def _tell(email: OutgoingEmail, mine: Any, problem: Exception, **changes: Any) -> None:
    said = str(problem) if isinstance(problem, TryLater | Refused | Unknown) else words(problem)
    logger.warning("E-mail %s is %s", email.pk, changes["status"])
    mine.update(last_error=said[:500], **changes)
