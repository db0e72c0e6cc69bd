"""The outbox: notices are written in the transaction that causes them, and sent afterwards.

PostgreSQL is the source of truth; Redis only wakes workers. Whatever crashes in between, nothing is lost and nothing is
silently sent twice: a mail that the server may or may not have accepted is marked *uncertain*.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from onestop.accounts.models import User
from onestop.jobs import waking
from onestop.notices.models import Notice, NoticePart, Resend
from onestop.notices.models.notice import NoticeQuerySet

Status = Notice.Status
DJANGOS_OWN = "account"  # the type of what onestop.notices.backend takes from Django and allauth
MOST_WORKERS = 8
ENOUGH_FOR_ONE = 200  # notices; for more, another worker is woken
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
def can_go_again(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Return the notices that can be resent: not delivered or uncertain, and with their text still stored."""
    return notices.lost().exclude(kind=DJANGOS_OWN, text=FORGOTTEN)


@transaction.atomic
def send_again(notices: NoticeQuerySet, *, by: User, at: datetime) -> int:
    """Queue notices again that failed or are uncertain; return how many.

    They go to the recipient's current address, which may have been corrected. Deleted texts are not sent. A ``Resend``
    records who decided it and the delivery until then, since the notice itself is reset.
    """
    # Lock: two concurrent requests count as one.
    rows = can_go_again(notices).order_by("pk").select_for_update(of=["self"])
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


def withdraw(notices: NoticeQuerySet, *, why: str) -> int:
    """Withdraw unsent notices because their reason is gone; return how many."""
    return notices.unsent().update(status=Status.WITHDRAWN, withdrawn_why=why[:200])


def forget_secrets(*, at: datetime) -> int:
    """Delete the text of account mails a day after they were sent, since they hold sign-in codes and links.

    The record of the mail stays. The text of unsent mails is deleted a day after they were given up.
    """
    limit = at - SECRETS_KEPT
    over = Q(sent_at__lt=limit) | Q(status__in=[Status.FAILED, Status.UNCERTAIN, Status.WITHDRAWN], due_at__lt=limit)
    # The lower bound allows an index among millions of rows; the text of older mails was deleted before.
    old = Notice.objects.filter(over, kind=DJANGOS_OWN, written_at__gte=at - SECRETS_LOOKED_FOR)
    with transaction.atomic():
        forgotten = list(old.exclude(text=FORGOTTEN).values_list("pk", flat=True))
        NoticePart.objects.filter(notice__in=forgotten).delete()
        return Notice.objects.filter(pk__in=forgotten).update(text=FORGOTTEN, html="", has_parts=False)
