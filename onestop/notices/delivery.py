"""Delivery: workers claim what is due, hand it to couriers, and note what became of it in groups.

PostgreSQL is the truth. No transaction is open while a mail server is spoken to. Before a notice is handed over it is
marked as begun, and afterwards as sent, both in groups; so what a killed worker leaves *uncertain* is at most one group
(``GROUP``), and whatever it had not begun is simply due again.
"""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from onestop.notices.bounces import note_bounce
from onestop.notices.models import Notice
from onestop.notices.outbox import wake_workers
from onestop.notices.smtp_pool import Outcome, SmtpPool
from onestop.notices.transport import NobodyThere, Refused, TryLater, Unknown, open_transport, words

logger = logging.getLogger(__name__)

Status = Notice.Status
BATCH = 200  # claimed at once
GROUP = 50  # at most so many are with servers, or back from them and not yet noted
PATIENCE = 0.02  # seconds for which what came back may wait to be noted together
DATABASE_AWAY = (0, 1, 2, 4)  # seconds for which a note waits for a database that restarts
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
_at_work = threading.Lock()
_called = threading.Event()
_stopping = threading.Event()

CLAIM = """
    UPDATE notices_notice
    SET status = 'claimed', claim = %s, begun = false, lease_until = now() + %s * interval '1 second'
    WHERE id IN (SELECT id FROM notices_notice WHERE status = 'queued' AND due_at <= %s
                 ORDER BY priority, due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id
"""
# Not begun are those that were withdrawn, or taken back by a sweep, since they were claimed.
BEGIN = """
    UPDATE notices_notice SET begun = true, attempts = attempts + 1
    WHERE id = ANY(%s) AND claim = %s AND status = 'claimed'
    RETURNING id
"""
SENT = "UPDATE notices_notice SET status = 'sent', sent_at = %s, last_error = '' WHERE id = ANY(%s) AND claim = %s"
PROLONG = """
    UPDATE notices_notice SET lease_until = now() + %s * interval '1 second' WHERE claim = %s AND status = 'claimed'
"""
NEEDED = ("to", "sender", "subject", "text", "html", "headers", "message_id", "written_at", "attempts", "due_at")


@dataclass
class Batch:
    """Notices that one worker has claimed together, and until when they are surely its own."""

    claim: uuid.UUID
    notices: list[Notice]
    prolonged: float


def deliver_all(*, clock: Callable[[], datetime]) -> int:
    """Send everything that is due, and what falls due meanwhile; return how many were taken in hand.

    One delivery a process is enough: if one is at work here already, it is told to look once more.
    """
    number = 0
    _called.set()
    while _called.is_set() and not _stopping.is_set() and _at_work.acquire(blocking=False):
        try:
            _called.clear()
            with SmtpPool(open_transport) as couriers:
                while not _stopping.is_set() and (taken := deliver_batch(couriers, at=clock())):
                    number += taken
        finally:
            _at_work.release()
    if _stopping.is_set():
        wake_workers()
    return number


def deliver_due(*, at: datetime) -> int:
    """Send one batch of what is due at a moment; return how many were taken in hand."""
    with SmtpPool(open_transport, fewest=1) as couriers:
        return deliver_batch(couriers, at=at)


def stop() -> None:
    """Begin nothing more in this process, which was asked to end; another worker is woken for the rest."""
    _stopping.set()


def deliver_batch(couriers: SmtpPool, *, at: datetime) -> int:
    """Claim a batch and hand it over, keeping at most a group of it between begun and noted."""
    batch = _claim(at)
    waiting, coming, back = deque(batch.notices), 0, list[Outcome]()
    noted = time.monotonic()
    while waiting or coming or back:
        if waiting and _stopping.is_set():
            waiting.clear()
            Notice.objects.filter(claim=batch.claim, status=Status.CLAIMED, begun=False).update(status=Status.QUEUED)
        hurry = not coming or len(back) >= GROUP // 2 or time.monotonic() - noted >= PATIENCE
        if hurry and (back or (waiting and coming < GROUP)):
            ready = [waiting.popleft() for _ in range(min(len(waiting), GROUP - coming))]
            begun = _note(batch, back, ready, at)
            back.clear()
            noted = time.monotonic()
            for notice in begun:
                couriers.take(notice)
            coming += len(begun)
        if coming and (outcome := couriers.next_outcome(seconds=PATIENCE)):
            coming -= 1
            if outcome.problem is not None and not isinstance(outcome.problem, Exception):
                raise outcome.problem
            back.append(outcome)
    return len(batch.notices)


def free_stuck() -> int:
    """Take back the notices of workers that died: due again, or uncertain if a server may have one already.

    The lease runs by the database's clock: machines need not agree on the time.
    """
    # Lock: a worker that froze in the middle of a mark holds its rows; one that waited for it would free no others.
    with transaction.atomic():
        held = Notice.objects.stuck().select_for_update(skip_locked=True)
        stuck = Notice.objects.filter(pk__in=list(held.values_list("pk", flat=True)))
        return _free(stuck)


def _free(stuck: Any) -> int:
    after_begin = Status.QUEUED if settings.MAIL_RESEND_UNCERTAIN else Status.UNCERTAIN
    freed = stuck.filter(begun=False).update(status=Status.QUEUED)
    return freed + stuck.filter(begun=True).update(
        status=after_begin, last_error="The worker stopped while it was handing this over."
    )


def _claim(at: datetime) -> Batch:
    """Take a batch that nobody else has, the urgent first."""
    claim = uuid.uuid4()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CLAIM, [claim, settings.MAIL_LEASE_SECONDS, at, BATCH])
        pks = [row[0] for row in cursor.fetchall()]
    notices = Notice.objects.filter(pk__in=pks).order_by("priority", "due_at", "pk").only(*NEEDED)
    return Batch(claim, list(notices), time.monotonic())


def _note(batch: Batch, back: Sequence[Outcome], ready: Sequence[Notice], at: datetime) -> list[Notice]:
    """Write down what became of some, and that others are begun now; return those that are still ours to send.

    A database that is away for a moment is waited for: what came back is known only here. Noting it twice is harmless.
    """
    for pause in DATABASE_AWAY:
        try:
            return _write_down(batch, back, ready, at)
        except (OperationalError, InterfaceError):
            logger.warning("The database is away; trying again in %s s", pause)
            connection.close()
            time.sleep(pause)
    return _write_down(batch, back, ready, at)


def _write_down(batch: Batch, back: Sequence[Outcome], ready: Sequence[Notice], at: datetime) -> list[Notice]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if sent := [outcome.notice.pk for outcome in back if outcome.problem is None]:
            cursor.execute(SENT, [at, sent, batch.claim])
        for outcome in back:
            if outcome.problem is not None:
                mine = Notice.objects.filter(claim=batch.claim, pk=outcome.notice.pk)
                _note_problem(mine, outcome, at)
        if time.monotonic() - batch.prolonged > settings.MAIL_LEASE_SECONDS / 4:
            cursor.execute(PROLONG, [settings.MAIL_LEASE_SECONDS, batch.claim])
            batch.prolonged = time.monotonic()
        if not ready:
            return []
        # From here on a crash leaves them uncertain.
        cursor.execute(BEGIN, [[notice.pk for notice in ready], batch.claim])
        begun = {row[0] for row in cursor.fetchall()}
    return [notice for notice in ready if notice.pk in begun]


def _note_problem(mine: Any, outcome: Outcome, at: datetime) -> None:
    problem, attempts = outcome.problem, outcome.notice.attempts + 1
    again = attempts <= len(RETRY_AFTER)
    later = at + RETRY_AFTER[attempts - 1] if again else outcome.notice.due_at
    if isinstance(problem, TryLater):
        changes = {"status": Status.QUEUED if again else Status.FAILED, "due_at": later}
    elif isinstance(problem, Unknown):
        resend = settings.MAIL_RESEND_UNCERTAIN and again
        changes = {"status": Status.QUEUED, "due_at": later} if resend else {"status": Status.UNCERTAIN}
    else:
        changes = {"status": Status.FAILED}
        if isinstance(problem, NobodyThere):
            note_bounce(outcome.notice.to, said=str(problem), at=at)
        if not isinstance(problem, Refused):  # one notice that cannot be made must not keep back the others
            logger.error("Notice %s cannot be sent", outcome.notice.pk, exc_info=problem)
    said = str(problem) if isinstance(problem, TryLater | Refused | Unknown) else words(problem)  # type: ignore[arg-type]
    logger.warning("Notice %s is %s", outcome.notice.pk, changes["status"])
    mine.update(last_error=said[:500], **changes)
