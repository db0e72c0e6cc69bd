"""How long each queue is, and since when its oldest job waits: said by /health/ready, and to Prometheus.

The tables are asked, not Redis: what stands in a queue there may be done already, or may have been lost.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily


@dataclass(frozen=True)
class Load:
    """How many jobs of a queue are not done, and since when the oldest waits."""

    jobs: int
    oldest_at: datetime | None

    def oldest_seconds(self, at: datetime) -> float:
        """Return how old the oldest is; nothing waits for no time."""
        return max(0.0, (at - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


Look = Callable[[datetime], Load]
_queues: dict[str, Look] = {}


def watch_queue(name: str, look: Look) -> None:
    """Take in how the jobs of a queue are counted; called when the project starts."""
    _queues[name] = look


def load_of(rows: QuerySet[Any]) -> Load:
    """Return how many jobs these are, and since when the oldest waits."""
    return Load(**rows.aggregate(jobs=Count("pk"), oldest_at=Min("asked_at")))


def readiness() -> dict[str, dict[str, int]]:
    """Return how each queue stands, for monitors."""
    at = timezone.now()
    loads = {name: look(at) for name, look in _queues.items()}
    return {name: {"jobs": load.jobs, "oldest_seconds": round(load.oldest_seconds(at))} for name, load in loads.items()}


def measure_queues() -> Iterable[GaugeMetricFamily]:
    """Yield how each queue stands, for Prometheus."""
    at = timezone.now()
    jobs = GaugeMetricFamily("onestop_queue_jobs", "Jobs of each queue that are not done", labels=["queue"])
    oldest = GaugeMetricFamily("onestop_queue_oldest_seconds", "How old the oldest of them is", labels=["queue"])
    for name, look in _queues.items():
        load = look(at)
        jobs.add_metric([name], load.jobs)
        oldest.add_metric([name], load.oldest_seconds(at))
    yield from (jobs, oldest)
