"""The outbox: what is to be said is written with what causes it, and sent afterwards.

PostgreSQL is the truth; Redis only wakes workers. Whatever dies in between, nothing is lost, and nothing is silently
sent again: an e-mail of which nobody can know whether the server took it is marked *uncertain*.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from onestop.accounts.models import User
from onestop.jobs import waking
from onestop.notices.models import Notice, Resend
from onestop.notices.models.notice import NoticeQuerySet

Status = Notice.Status
DJANGOS_OWN = "account"  # the kind of what onestop.notices.backend takes from Django and allauth
MOST_WORKERS = 8
ENOUGH_FOR_ONE = 200  # notices; for more, another worker is woken too
SECRETS_KEPT = timedelta(days=1)
SECRETS_LOOKED_FOR = timedelta(days=60)
FORGOTTEN = "What stood here is no longer kept: it could be used to sign in.\n"


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
    """Owe somebody an e-mail whose words are there already, in the running transaction; wake a worker after it."""
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
    """Ask workers to look into the outbox, once the running transaction is written; more of them for much to do.

    Without Redis nobody is woken and nothing fails: the sweep finds what is owed within a minute. A transaction that
    says many things asks once, since each question to a Redis that does not answer costs seconds.
    """
    for _worker in range(min(MOST_WORKERS, 1 + number // ENOUGH_FOR_ONE) - _woken_anyway()):
        transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    waking.send("onestop.notices.tasks.deliver_mail")


def _woken_anyway() -> int:
    """Return how many the running transaction asks already. What is undone in part takes its own questions with it."""
    return sum(asked is _wake_worker for _parts, asked, *_ in connection.run_on_commit)


# ---------------------------------------------------------------- Deciding anew
def can_go_again(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Return those of which somebody may decide that they be sent again: they are lost, and their words are kept."""
    return notices.lost().exclude(kind=DJANGOS_OWN, text=FORGOTTEN)


@transaction.atomic
def send_again(notices: NoticeQuerySet, *, by: User, at: datetime) -> int:
    """Owe notices anew that failed or are uncertain, by somebody's decision; return how many.

    They go to the person's present address: it may be what was put right. What is no longer kept is not sent. Who
    decided so, and what had become of each until then, is kept: what is sent anew forgets it.
    """
    # Locked, so that two who press at the same time are one decision.
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
    known = User.objects.filter(pk=OuterRef("recipient_id")).values("email")
    present = Coalesce(Subquery(known), F("to"))
    again = Notice.objects.filter(pk__in=[notice.pk for notice in lost])
    wake_workers(len(lost))
    return again.update(status=Status.QUEUED, due_at=at, attempts=0, sent_at=None, last_error="", to=present)


def withdraw(notices: NoticeQuerySet, *, why: str) -> int:
    """Take back what no server has yet, because its reason has vanished; return how many."""
    return notices.unsent().update(status=Status.WITHDRAWN, withdrawn_why=why[:200])


def forget_secrets(*, at: datetime) -> int:
    """Blank the words of Django's own mails a day after they went out: they hold codes and links to sign in with.

    That somebody was sent one, and when, stays. What never went out is blanked a day after it was given up.
    """
    limit = at - SECRETS_KEPT
    over = Q(sent_at__lt=limit) | Q(status__in=[Status.FAILED, Status.UNCERTAIN, Status.WITHDRAWN], due_at__lt=limit)
    # The bound lets it ride an index, among millions; whatever is older was blanked long ago.
    old = Notice.objects.filter(over, kind=DJANGOS_OWN, written_at__gte=at - SECRETS_LOOKED_FOR)
    return old.exclude(text=FORGOTTEN).update(text=FORGOTTEN, html="")
