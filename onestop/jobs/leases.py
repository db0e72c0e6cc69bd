"""Long work for which a row stands in a table: one worker takes it on a lease, and renews that while it is at work.

PostgreSQL is the truth, and the lease runs by its clock: machines need not agree on the time. A worker that is killed,
or cut off from the database, renews no more, and within a minute another one takes the work up. Whoever works in a
transaction keeps the row locked, which says as much as a lease: a locked row is never taken.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.db import Error, connection, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from onestop.ops.outages import DISK_FULL, database_is_away, disk_is_full

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEWED_EVERY = 8  # seconds
DATABASE_AWAY = (0, *[1] * 25)  # seconds between attempts to give work back to a database that restarts
MOST_TRIES = 5  # work that ends each of its workers must not end them for ever
AT_ONCE = 20  # so many are told of in one sweep; the next one is soon
BROKEN = "Something went wrong on our side. Nothing was saved. The operator finds the cause in the log."
TOO_OFTEN = f"This was interrupted {MOST_TRIES} times. Nothing was saved. The operator finds the cause in the log."


class Job(models.Model):
    """A row for which workers have something to do while its status says so."""

    asked_at = models.DateTimeField("asked for at", null=True, blank=True)
    claim = models.UUIDField("worker that is at it", null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="A worker is at it until then, and renews it."
    )
    message = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField("times that a worker began", default=0, editable=False)

    class Meta:
        abstract = True


J = TypeVar("J", bound=Job)
# What a job begins with when somebody asks for it, and ends with.
UNCLAIMED: dict[str, Any] = {"claim": None, "lease_until": None}
FRESH: dict[str, Any] = UNCLAIMED | {"tries": 0, "message": ""}
FAILED: dict[str, Any] = UNCLAIMED | {"status": "failed"}


# ---------------------------------------------------------------- Taking and keeping
def free(rows: QuerySet[J]) -> QuerySet[J]:
    """Return those at which nobody is at work, locked; call it in a transaction."""
    # Lock: a worker's transaction may take longer than its lease, which cannot be renewed meanwhile.
    idle = rows.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
    return idle.select_for_update(skip_locked=True, no_key=True, of=("self",))


@transaction.atomic
def take(rows: QuerySet[J], pk: int, **changes: Any) -> J | None:
    """Take one of these jobs, unless another worker is at it, and return it; it is held for the time of a lease."""
    job = free(rows).filter(pk=pk).first()
    if job is None:
        return None
    changes |= {"claim": uuid.uuid4(), "tries": job.tries + 1}
    for name, value in changes.items():
        setattr(job, name, value)
    _rows(job).filter(pk=pk).update(lease_until=Now() + LEASE, **changes)
    return job


def mine(job: J) -> QuerySet[J]:
    """Return the job's row for as long as the worker that took it has neither ended nor lost it."""
    return _rows(job).filter(pk=job.pk, claim=job.claim)


@contextmanager
def renewed(job: Job) -> Iterator[None]:
    """Renew the lease of a job, by a thread of its own, while the work goes on."""
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(job, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1)  # one that waits for a lost database ends by itself


def _renew(job: Job, ended: threading.Event) -> None:
    try:
        while not ended.wait(RENEWED_EVERY):
            try:
                renew(job)
            except Error:
                log.warning("The lease of %s could not be renewed.", _name(job))
                connection.close()
    finally:
        connection.close()


@transaction.atomic
def renew(job: Job) -> None:
    """Hold a job for the time of another lease, if it is still held."""
    # Lock: while its own transaction has the row, there is nothing to renew; waiting would only keep this thread.
    if mine(job).select_for_update(skip_locked=True, no_key=True, of=("self",)).values_list("pk").first():
        mine(job).update(lease_until=Now() + LEASE)


# ---------------------------------------------------------------- Working
def work(
    job: J,
    act: Callable[[J], Any],
    *,
    wake: Callable[[int], None],
    told: type[Exception] | tuple[type[Exception], ...] = (),
) -> None:
    """Do the work of a job that was taken. What fails is noted with words for people: those of ``told``, or ours.

    When the database goes away nobody knows what it did last: the job is given back, and whoever takes it reads anew.
    """
    if job.tries > MOST_TRIES:
        log.error("%s was begun %s times and never ended.", _name(job), MOST_TRIES)
        fail(job, TOO_OFTEN)
        return
    try:
        with renewed(job):
            act(job)
    except told as problem:
        fail(job, str(problem))
    except Exception as problem:
        if database_is_away(problem):
            log.warning("%s was cut off from the database.", _name(job), exc_info=True)
            if give_back(job):
                wake(job.pk)
        else:
            log.exception("%s failed.", _name(job))
            fail(job, DISK_FULL if disk_is_full(problem) else BROKEN)


def fail(job: Job, message: str) -> None:
    """Note why a job could not be done, unless another worker has it by now."""
    mine(job).update(message=message, **FAILED)


def give_back(job: Job) -> bool:
    """Leave a job to the next worker once the database answers; return whether it was still held.

    If the database stays away for longer, the lease runs out by itself.
    """
    for pause in DATABASE_AWAY:
        time.sleep(pause)
        try:
            if not connection.in_atomic_block:
                connection.close()
            # A commit that is still under way holds the row, so this waits for what becomes of it.
            return mine(job).update(**UNCLAIMED) == 1
        except Error:
            log.warning("The database does not answer; %s waits for it.", _name(job))
    return False


# ---------------------------------------------------------------- Looking on
def is_interrupted(rows: QuerySet[J], job: J) -> bool:
    """Return whether a worker had begun this one of the rows that wait for workers, and none is at it now."""
    if job.tries == 0:
        return False
    with transaction.atomic():
        return free(rows).filter(pk=job.pk).values_list("pk").first() is not None


def sweep(rows: QuerySet[J], wake: Callable[[int], None]) -> int:
    """Tell workers of jobs that nobody was told of, or whose worker was killed, the oldest first; return how many."""
    with transaction.atomic():
        found = list(free(rows).order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in found:
        wake(pk)
    return len(found)


def _rows(job: J) -> QuerySet[J]:
    return type(job)._default_manager.all()


def _name(job: Job) -> str:
    return f"{job._meta.verbose_name} {job.pk}"
