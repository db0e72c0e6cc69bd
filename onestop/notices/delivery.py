"""Delivery: workers claim due notices, hand them to the SMTP pool, and record the outcomes in groups.

PostgreSQL is the source of truth. No transaction is open while a mail server is contacted. A notice is marked as begun
before it is sent and as sent afterwards, both in groups; so a killed worker leaves at most one group (``GROUP``)
*uncertain*, and what it had not begun is due again.
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
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from onestop.notices.bounces import note_bounce
from onestop.notices.models import Notice
from onestop.notices.outbox import wake_workers, withdraw_expired
from onestop.notices.parts import fetch_parts
from onestop.notices.smtp_pool import Outcome, SmtpPool
from onestop.notices.transport import NobodyThere, Refused, TryLater, Unknown, open_transport, words

logger = logging.getLogger(__name__)

Status = Notice.Status
BATCH = 200  # notices claimed together
GROUP = 50  # most notices that are with servers, or back and not yet recorded
PATIENCE = 0.02  # seconds for which outcomes are collected before they are recorded together
DATABASE_AWAY = (0, 1, 2, 4)  # seconds between attempts to record outcomes while the database restarts
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
                 AND (expires_at IS NULL OR expires_at > %s)
                 ORDER BY priority, due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id
"""
# Skips notices that were withdrawn, have expired, or were freed by a sweep, since they were claimed.
BEGIN = """
    UPDATE notices_notice SET begun = true, attempts = attempts + 1
    WHERE id = ANY(%s) AND claim = %s AND status = 'claimed' AND (expires_at IS NULL OR expires_at > %s)
    RETURNING id
"""
SENT = "UPDATE notices_notice SET status = 'sent', sent_at = %s, last_error = '' WHERE id = ANY(%s) AND claim = %s"
PROLONG = """
    UPDATE notices_notice SET lease_until = now() + %s * interval '1 second' WHERE claim = %s AND status = 'claimed'
"""
NEEDED = (
    "to", "sender", "subject", "text", "html", "headers", "has_parts", "message_id", "written_at", "attempts", "due_at",
    "expires_at",
)  # fmt: skip


@dataclass
class Batch:
    """Notices that one worker has claimed together, when, and when their lease was last extended."""

    claim: uuid.UUID
    notices: list[Notice]
    claimed: float
    prolonged: float


def deliver_all(*, clock: Callable[[], datetime]) -> int:
    """Send everything that is due, or becomes due meanwhile; return how many notices were claimed.

    Only one delivery runs per process: if one is running already, it checks once more.
    """
    number = 0
    _called.set()
    while _called.is_set() and not _stopping.is_set() and _at_work.acquire(blocking=False):
        try:
            _called.clear()
            with SmtpPool(open_transport) as pool:
                while not _stopping.is_set() and (taken := deliver_batch(pool, at=clock())):
                    number += taken
        finally:
            _at_work.release()
    if _stopping.is_set():
        wake_workers()
    return number


def stop() -> None:
    """Start no more notices in this process, which is shutting down; another worker is woken for the rest."""
    _stopping.set()


def deliver_batch(pool: SmtpPool, *, at: datetime) -> int:
    """Claim a batch and send it, with at most one group between begun and recorded."""
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
            begun = _record(batch, back, ready, at)
            back.clear()
            noted = time.monotonic()
            for notice in begun:
                pool.take(notice)
            coming += len(begun)
        if coming and (outcome := pool.next_outcome(seconds=PATIENCE)):
            coming -= 1
            if outcome.problem is not None and not isinstance(outcome.problem, Exception):
                raise outcome.problem
            outcome.notice.parts_to_send = ()  # no longer needed, and may be large
            back.append(outcome)
    return len(batch.notices)


def free_stuck() -> int:
    """Free the notices of dead workers: due again, or uncertain if a server may have accepted them.

    Leases use the clock of the database, so that the clocks of machines may differ.
    """
    # Lock: skip rows that a frozen worker holds; a sweep that waited for them would free no others.
    with transaction.atomic():
        held = Notice.objects.stuck().select_for_update(skip_locked=True)
        stuck = Notice.objects.filter(pk__in=list(held.values_list("pk", flat=True)))
        return _free(stuck)


def _free(stuck: Any) -> int:
    # What has expired is not sent again, and would otherwise be withdrawn as if no server had got it.
    uncertain = Value(Status.UNCERTAIN.value)
    in_time = When(Q(expires_at=None) | Q(expires_at__gt=Now()), then=Value(Status.QUEUED.value))
    after_begin = Case(in_time, default=uncertain) if settings.MAIL_RESEND_UNCERTAIN else uncertain
    freed = stuck.filter(begun=False).update(status=Status.QUEUED)
    return freed + stuck.filter(begun=True).update(
        status=after_begin, last_error=_("The worker stopped while sending.")
    )


def _claim(at: datetime) -> Batch:
    """Claim a batch that no other worker has, urgent notices first."""
    claim = uuid.uuid4()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CLAIM, [claim, settings.MAIL_LEASE_SECONDS, at, at, BATCH])
        pks = [row[0] for row in cursor.fetchall()]
    notices = Notice.objects.filter(pk__in=pks).order_by("priority", "due_at", "pk").only(*NEEDED)
    started = time.monotonic()
    return Batch(claim, list(notices), started, started)


def _record(batch: Batch, back: Sequence[Outcome], ready: Sequence[Notice], at: datetime) -> list[Notice]:
    """Record outcomes, and mark others as begun; return those that are still ours to send.

    Wait if the database is briefly unavailable: only this process knows the outcomes. Recording them twice is harmless.
    """
    for pause in DATABASE_AWAY:
        try:
            return _record_once(batch, back, ready, at)
        except (OperationalError, InterfaceError):
            logger.warning("The database is unavailable; trying again in %s s", pause)
            connection.close()
            time.sleep(pause)
    return _record_once(batch, back, ready, at)


def _record_once(batch: Batch, back: Sequence[Outcome], ready: Sequence[Notice], at: datetime) -> list[Notice]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if sent := [outcome.notice.pk for outcome in back if outcome.problem is None]:
            cursor.execute(SENT, [at, sent, batch.claim])
        for outcome in back:
            if outcome.problem is not None:
                mine = Notice.objects.filter(claim=batch.claim, pk=outcome.notice.pk)
                _record_problem(mine, outcome, at)
        if time.monotonic() - batch.prolonged > settings.MAIL_LEASE_SECONDS / 4:
            cursor.execute(PROLONG, [settings.MAIL_LEASE_SECONDS, batch.claim])
            batch.prolonged = time.monotonic()
        if not ready:
            return []
        # From here on, a crash leaves them uncertain.
        now = at + timedelta(seconds=time.monotonic() - batch.claimed)
        cursor.execute(BEGIN, [[notice.pk for notice in ready], batch.claim, now])
        begun = {row[0] for row in cursor.fetchall()}
        if len(begun) < len(ready) and any(notice.expires_at for notice in ready):
            withdraw_expired(at=now)
        ours = [notice for notice in ready if notice.pk in begun]
        fetch_parts(ours)
    return ours


def _record_problem(mine: Any, outcome: Outcome, at: datetime) -> None:
    problem, attempts = outcome.problem, outcome.notice.attempts + 1
    again = attempts <= len(RETRY_AFTER)
    later = at + RETRY_AFTER[attempts - 1] if again else outcome.notice.due_at
    if isinstance(problem, TryLater):
        changes = {"status": Status.QUEUED if again else Status.FAILED, "due_at": later}
    elif isinstance(problem, Unknown):
        in_time = outcome.notice.expires_at is None or outcome.notice.expires_at > later
        resend = settings.MAIL_RESEND_UNCERTAIN and again and in_time
        changes = {"status": Status.QUEUED, "due_at": later} if resend else {"status": Status.UNCERTAIN}
    else:
        changes = {"status": Status.FAILED}
        if isinstance(problem, NobodyThere):
            note_bounce(outcome.notice.to, said=str(problem), at=at)
        if not isinstance(problem, Refused):  # one notice that cannot be built must not block the others
            logger.error("Notice %s cannot be sent", outcome.notice.pk, exc_info=problem)
    error = str(problem) if isinstance(problem, TryLater | Refused | Unknown) else words(problem)  # type: ignore[arg-type]
    logger.warning("Notice %s is %s", outcome.notice.pk, changes["status"])
    mine.update(last_error=error[:500], **changes)
