"""Statistics of the outbox: queued, sent and failed notices. Few queries, each on an index."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, TruncHour

from onestop.jobs.queues import Load
from onestop.notices.models import Bounce, Notice
from onestop.notices.models.notice import NoticeQuerySet

Status = Notice.Status
MOST_COUNTED = 10_000  # counting millions exactly takes seconds, and no one needs it
SLOW, LATE = timedelta(minutes=15), timedelta(hours=1)  # due for so long: a warning; an error
LOOKS_BACK = timedelta(days=7)
WRITTEN_BEFORE = timedelta(days=7)  # a notice may be written so long before it is sent


@dataclass(frozen=True)
class OutboxStats:
    """The statistics of the outbox of one scope."""

    waiting: int
    later: int
    oldest_due_at: datetime | None
    sent_today: int
    failed: int
    uncertain: int
    held: int
    returned: int

    def oldest_age(self, at: datetime) -> timedelta:
        """Return for how long the oldest notice has been due."""
        return max(at - self.oldest_due_at, timedelta(0)) if self.oldest_due_at else timedelta(0)


def outbox_stats_of(notices: NoticeQuerySet, *, midnight: datetime, at: datetime) -> OutboxStats:
    """Return the statistics of these notices; a fixed number of queries."""
    queue = queue_of(notices, at=at)
    return OutboxStats(
        **queue,
        sent_today=capped(sent_since(notices, midnight)),
        failed=capped(failed_since(notices, at - LOOKS_BACK)),
        uncertain=capped(notices.filter(status=Status.UNCERTAIN)),
        held=capped(notices.filter(status=Status.DIGEST_PENDING)),
        returned=addresses_that_come_back(notices, at=at),
    )


def queue_of(notices: NoticeQuerySet, *, at: datetime) -> dict[str, Any]:
    """Return how many are due now and later, and since when the oldest is due."""
    due = Q(due_at__lte=at)
    owed = notices.filter(status=Status.QUEUED).aggregate(
        waiting=Count("pk", filter=due), later=Count("pk", filter=~due), oldest=Min("due_at", filter=due)
    )
    # Each of the two states has its own index, so they are queried separately.
    claimed = notices.filter(status=Status.CLAIMED).aggregate(waiting=Count("pk"), oldest=Min("due_at"))
    return {
        "waiting": owed["waiting"] + claimed["waiting"],
        "later": owed["later"],
        "oldest_due_at": min(filter(None, (owed["oldest"], claimed["oldest"])), default=None),
    }


def sent_since(notices: NoticeQuerySet, moment: datetime) -> NoticeQuerySet:
    """Return notices sent since a moment; the lower bound on ``written_at`` allows the index of an area."""
    return notices.filter(status=Status.SENT, sent_at__gte=moment, written_at__gte=moment - WRITTEN_BEFORE)


def failed_since(notices: NoticeQuerySet, moment: datetime) -> NoticeQuerySet:
    """Return notices written since a moment and not delivered."""
    return notices.filter(status=Status.FAILED, written_at__gte=moment)


def to_addresses_that_come_back(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Return notices that were not delivered and whose address still bounces."""
    known = Bounce.objects.filter(cleared_at=None).annotate(lower=Lower("address"))
    return notices.filter(Exists(known.filter(lower=Lower(OuterRef("to")))), status=Status.FAILED)


def addresses_that_come_back(notices: NoticeQuerySet, *, at: datetime) -> int:
    """Return how many addresses of recent notices bounce."""
    recent = to_addresses_that_come_back(notices).filter(written_at__gte=at - timedelta(days=90))
    return capped(recent.annotate(lower=Lower("to")).order_by().values("lower").distinct())


def sent_by_hour(notices: NoticeQuerySet, *, at: datetime) -> list[tuple[datetime, int]]:
    """Return how many were sent in each of the last 24 hours, earliest first."""
    this_hour = at.replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=back) for back in range(23, -1, -1)]
    rows = sent_since(notices, hours[0]).annotate(hour=TruncHour("sent_at")).order_by().values_list("hour")
    counted = dict(rows.annotate(number=Count("pk")))
    return [(hour, counted.get(hour, 0)) for hour in hours]


def by_kind(notices: NoticeQuerySet) -> Iterable[tuple[str, int]]:
    """Return how many of these there are of each type."""
    return notices.order_by().values_list("kind").annotate(number=Count("pk")).order_by("kind")


def capped(rows: QuerySet) -> int:
    """Return the number of rows, up to one more than MOST_COUNTED."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def load(at: datetime) -> Load:
    """Return how many notices are due and unsent, and since when the oldest is due."""
    queue = queue_of(Notice.objects.all(), at=at)
    return Load(queue["waiting"], queue["oldest_due_at"])


def readiness(*, at: datetime) -> dict[str, int]:
    """Return the figures for monitoring: due notices, the age of the oldest, failures."""
    queue = queue_of(Notice.objects.all(), at=at)
    oldest = queue["oldest_due_at"]
    return {
        "queued": queue["waiting"],
        "oldest_queued_seconds": max(0, round((at - oldest).total_seconds())) if oldest else 0,
        "failed_last_day": capped(failed_since(Notice.objects.all(), at - timedelta(days=1))),
        "uncertain": capped(Notice.objects.filter(status=Status.UNCERTAIN)),
    }
