"""The outbox: notices are written in the transaction that causes them, and sent afterwards.

PostgreSQL is the source of truth; Redis only wakes workers. Whatever crashes in between, nothing is lost and nothing is
silently sent twice: a mail that the server may or may not have accepted is marked *uncertain*.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.jobs import waking
from onestop.notices.models import Notice, NoticePart, Resend
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.notice_types import ACCOUNT_MAIL, secret_codes

Status = Notice.Status
DJANGOS_OWN = ACCOUNT_MAIL.code  # the type of what onestop.notices.backend takes from Django and allauth
MOST_WORKERS = 8
ENOUGH_FOR_ONE = 200  # notices; for more, another worker is woken
GIVEN_UP = (Status.FAILED, Status.UNCERTAIN, Status.WITHDRAWN)
SECRETS_KEPT = timedelta(days=1)
SECRETS_LOOKED_FOR = timedelta(days=60)
FORGOTTEN = "This text was deleted because it could be used to sign in.\n"  # no translation: compared in the database


# ---------------------------------------------------------------- Writing
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
    kind: str = "",
    priority: int = Notice.Priority.USUAL,
) -> Notice:
    """Queue a mail that is already rendered, in the running transaction; wake a worker after it."""
    sender = sender or settings.DEFAULT_FROM_EMAIL
    notice = Notice(
        dedupe_key=key,
        kind=kind,
        priority=priority,
        message_id=Notice.message_id_for(key, sender),
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
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    wake_workers()
    return Notice.objects.get(dedupe_key=key)


def wake_workers(number: int = 1) -> None:
    """Wake workers once the running transaction is committed; more of them for many notices.

    Without Redis no worker is woken and nothing fails: the sweep finds queued notices within a minute. A transaction
    that writes many notices asks once, since each request to a Redis that does not answer costs seconds.
    """
    for _worker in range(min(MOST_WORKERS, 1 + number // ENOUGH_FOR_ONE) - _already_woken()):
        transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    waking.send("onestop.notices.tasks.deliver_mail")


def _already_woken() -> int:
    """Return how many workers the running transaction wakes already. Rolled back savepoints drop their own requests."""
    return sum(callback is _wake_worker for _savepoints, callback, *_ in connection.run_on_commit)


# ---------------------------------------------------------------- Resending and withdrawing
def can_go_again(notices: NoticeQuerySet, *, at: datetime) -> NoticeQuerySet:
    """Return the notices that can be resent: not delivered or uncertain, not too late, with their text still stored."""
    return notices.lost().unexpired(at).exclude(kind__in=secret_codes(), text=FORGOTTEN)


@transaction.atomic
def send_again(notices: NoticeQuerySet, *, by: User, at: datetime) -> int:
    """Queue notices again that failed or are uncertain; return how many.

    They go to the recipient's current address, which may have been corrected. Deleted texts are not sent. A ``Resend``
    records who decided it and the delivery until then, since the notice itself is reset.
    """
    # Lock: two concurrent requests count as one.
    rows = can_go_again(notices, at=at).order_by("pk").select_for_update(of=["self"])
    lost = list(rows.only("pk", "to", "status", "sent_at", "last_error"))
    Resend.objects.bulk_create(
        (
            Resend(
                notice=notice, by=by, at=at, to_before=notice.to, status_before=notice.status,
                sent_before=notice.sent_at, error_before=notice.last_error,
            )
            for notice in lost
        ),
        batch_size=500,
    )  # fmt: skip
    email = User.objects.filter(pk=OuterRef("recipient_id")).values("email")
    current = Coalesce(Subquery(email), F("to"))
    again = Notice.objects.filter(pk__in=[notice.pk for notice in lost])
    wake_workers(len(lost))
    return again.update(status=Status.QUEUED, due_at=at, attempts=0, sent_at=None, last_error="", to=current)


def withdraw_expired(*, at: datetime) -> int:
    """Withdraw what was not sent before it expired, however it was held; return how many."""
    return withdraw(Notice.objects.filter(expires_at__lte=at), why=_("Not sent: it would have come too late."))


def withdraw(notices: NoticeQuerySet, *, why: str) -> int:
    """Withdraw unsent notices because their reason is gone; return how many."""
    return notices.unsent().update(status=Status.WITHDRAWN, withdrawn_why=why[:200])


def forget_secrets(*, at: datetime) -> int:
    """Delete the text of mails with codes and links to sign in: when it has expired, or a day after it was sent.

    The record of the mail stays. The text of unsent mails is deleted a day after they were given up.
    """
    limit = at - SECRETS_KEPT
    over = Q(sent_at__lt=limit) | Q(status__in=GIVEN_UP, due_at__lt=limit)
    over |= Q(expires_at__lte=at, status__in=[Status.SENT, *GIVEN_UP])
    # The lower bound allows an index among millions of rows; the text of older mails was deleted before.
    old = Notice.objects.filter(over, kind__in=secret_codes(), written_at__gte=at - SECRETS_LOOKED_FOR)
    return forget(old)


@transaction.atomic
def forget(notices: NoticeQuerySet) -> int:
    """Delete the text and the parts of notices, whose record stays; return how many had a text."""
    forgotten = list(notices.exclude(text=FORGOTTEN).values_list("pk", flat=True))
    NoticePart.objects.filter(notice__in=forgotten).delete()
    return Notice.objects.filter(pk__in=forgotten).update(text=FORGOTTEN, html="", has_parts=False)
