"""Long work recorded as rows: one worker takes a row on a lease and renews the lease while it works.

PostgreSQL is the single source of truth, and leases use its clock, so that machines need not agree on the time. A
worker that is killed or disconnected from the database stops renewing, and another one takes the job within a minute.
A worker in a transaction keeps its row locked, which counts as a lease: a locked row is never taken.
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
from django.utils.translation import gettext_lazy as _

from onestop.ops.outages import DISK_FULL, database_is_away, disk_is_full

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEWED_EVERY = 8  # seconds
DATABASE_AWAY = (0, *[1] * 25)  # seconds between attempts to release a job while the database restarts
MOST_TRIES = 5  # a job that kills its workers must not do so forever
AT_ONCE = 20  # jobs for which one sweep wakes workers; the next sweep is soon
BROKEN = _("Something went wrong on our side. Nothing was saved. The operator can find the cause in the log.")
TOO_OFTEN = _("This was interrupted %(times)s times. Nothing was saved. The operator can find the cause in the log.")


class Job(models.Model):
    """A row for which workers have work to do while its status says so."""

    asked_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    claim = models.UUIDField(_("claimed by worker"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(
        _("lease until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The worker renews its lease while it works."),
    )
    message = models.TextField(_("message"), blank=True)
    tries = models.PositiveSmallIntegerField(_("times started"), default=0, editable=False)

    class Meta:
        abstract = True


J = TypeVar("J", bound=Job)
# Values of a job when it is released, requested and failed.
UNCLAIMED: dict[str, Any] = {"claim": None, "lease_until": None}
FRESH: dict[str, Any] = UNCLAIMED | {"tries": 0, "message": ""}
FAILED: dict[str, Any] = UNCLAIMED | {"status": "failed"}


# ---------------------------------------------------------------- Leases
def free(rows: QuerySet[J]) -> QuerySet[J]:
    """Return the jobs that no worker holds, locked; call it in a transaction."""
    # Lock: a worker's transaction may take longer than its lease, which cannot be renewed during it.
    idle = rows.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
    return idle.select_for_update(skip_locked=True, no_key=True, of=("self",))


@transaction.atomic
def take(rows: QuerySet[J], pk: int, **changes: Any) -> J | None:
    """Take one of these jobs on a lease and return it, unless another worker holds it."""
    job = free(rows).filter(pk=pk).first()
    if job is None:
        return None
    changes |= {"claim": uuid.uuid4(), "tries": job.tries + 1}
    for name, value in changes.items():
        setattr(job, name, value)
    _rows(job).filter(pk=pk).update(lease_until=Now() + LEASE, **changes)
    return job


def mine(job: J) -> QuerySet[J]:
    """Return the row of a job while the worker that took it still holds it."""
    return _rows(job).filter(pk=job.pk, claim=job.claim)


@contextmanager
def renewed(job: Job) -> Iterator[None]:
    """Renew the lease of a job in a thread while the work goes on."""
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(job, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1)  # a thread that waits for a lost database ends by itself


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
    """Extend the lease of a job, if this worker still holds it."""
    # Lock: while the worker's own transaction has the row locked, there is nothing to renew; do not wait for it.
    if mine(job).select_for_update(skip_locked=True, no_key=True, of=("self",)).values_list("pk").first():
        mine(job).update(lease_until=Now() + LEASE)


# ---------------------------------------------------------------- Work
def work(
    job: J,
    act: Callable[[J], Any],
    *,
    wake: Callable[[int], None],
    told: type[Exception] | tuple[type[Exception], ...] = (),
    failed: Callable[[J], None] | None = None,
) -> None:
    """Do the work of a job that was taken; on failure, record a message: that of a ``told`` exception, or our own.

    ``failed`` is called in the transaction that records a failure. When the connection to the database is lost, the
    outcome of the last statement is unknown: the job is released, and the next worker starts from what is in the
    database.
    """
    if job.tries > MOST_TRIES:
        log.error("%s was started %s times and never finished.", _name(job), MOST_TRIES)
        fail(job, TOO_OFTEN % {"times": MOST_TRIES}, then=failed)
        return
    try:
        with renewed(job):
            act(job)
    except told as problem:
        fail(job, str(problem), then=failed)
    except Exception as problem:
        if database_is_away(problem):
            log.warning("%s lost its connection to the database.", _name(job), exc_info=True)
            if give_back(job):
                wake(job.pk)
        else:
            log.exception("%s failed.", _name(job))
            fail(job, str(DISK_FULL if disk_is_full(problem) else BROKEN), then=failed)


@transaction.atomic
def fail(job: J, message: str, *, then: Callable[[J], None] | None = None) -> None:
    """Record why a job failed, unless another worker has taken it; ``then`` tells of it."""
    if mine(job).update(message=message, **FAILED) and then:
        then(job)


def give_back(job: Job) -> bool:
    """Release a job once the database responds; return whether this worker still held it.

    If the database does not respond for longer, the lease expires.
    """
    for pause in DATABASE_AWAY:
        time.sleep(pause)
        try:
            if not connection.in_atomic_block:
                connection.close()
            # A commit that is still in progress has the row locked, so this waits for its outcome.
            return mine(job).update(**UNCLAIMED) == 1
        except Error:
            log.warning("The database does not respond; %s waits for it.", _name(job))
    return False


# ---------------------------------------------------------------- Monitoring
def is_interrupted(rows: QuerySet[J], job: J) -> bool:
    """Return whether a worker has started this job, and none is working on it now."""
    if job.tries == 0:
        return False
    with transaction.atomic():
        return free(rows).filter(pk=job.pk).values_list("pk").first() is not None


def sweep(rows: QuerySet[J], wake: Callable[[int], None]) -> int:
    """Wake workers for jobs that no worker holds, the oldest first; return the number of jobs."""
    with transaction.atomic():
        found = list(free(rows).order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in found:
        wake(pk)
    return len(found)


def _rows(job: J) -> QuerySet[J]:
    return type(job)._default_manager.all()


def _name(job: Job) -> str:
    return f"{job._meta.verbose_name} {job.pk}"
