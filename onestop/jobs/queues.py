"""The length of each queue and the age of its oldest job, for /health/ready and Prometheus.

Counts come from the tables, not from Redis: a task in a queue there may be done already, or may have been lost.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from prometheus_client.core import GaugeMetricFamily


@dataclass(frozen=True)
class Load:
    """The number of unfinished jobs in a queue, and when the oldest was requested."""

    jobs: int
    oldest_at: datetime | None

    def oldest_seconds(self, at: datetime) -> float:
        """Return the age of the oldest job in seconds; 0 if there is none."""
        return max(0.0, (at - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


Look = Callable[[datetime], Load]
_queues: dict[str, Look] = {}


def watch_queue(name: str, look: Look) -> None:
    """Register how the jobs of a queue are counted; called when the project starts."""
    _queues[name] = look


def load_of(rows: QuerySet[Any]) -> Load:
    """Return the number of these jobs, and when the oldest was requested."""
    return Load(**rows.aggregate(jobs=Count("pk"), oldest_at=Min("asked_at")))


def readiness(at: datetime) -> dict[str, dict[str, int]]:
    """Return the state of each queue, for monitors."""
    loads = {name: look(at) for name, look in _queues.items()}
    return {name: {"jobs": load.jobs, "oldest_seconds": round(load.oldest_seconds(at))} for name, load in loads.items()}


def measure_queues(at: datetime) -> Iterable[GaugeMetricFamily]:
    """Yield the state of each queue, for Prometheus."""
    jobs = GaugeMetricFamily("onestop_queue_jobs", "Unfinished jobs in each queue", labels=["queue"])
    oldest = GaugeMetricFamily("onestop_queue_oldest_seconds", "Age of the oldest unfinished job", labels=["queue"])
    for name, look in _queues.items():
        load = look(at)
        jobs.add_metric([name], load.jobs)
        oldest.add_metric([name], load.oldest_seconds(at))
    yield from (jobs, oldest)
