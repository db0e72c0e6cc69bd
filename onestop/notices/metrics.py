"""Prometheus metrics of the outbox. Few queries, each on an index."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily

from onestop.notices import outbox_stats
from onestop.notices.models import Notice, PlannerRun
from onestop.ops.health import pulse_age

Status = Notice.Status
HOUR = timedelta(hours=1)
COUNTED = (Status.FAILED, Status.UNCERTAIN)


def measure_outbox(at: datetime) -> Iterable[GaugeMetricFamily]:
    """Yield the notices by state, the age of the oldest, and the outcomes of the last hour."""
    notices = Notice.objects.all()
    queue = outbox_stats.queue_of(notices, at=at)
    states = GaugeMetricFamily("onestop_notices", "Notices that are not finished, by state", labels=["state"])
    states.add_metric(["due"], queue["waiting"])
    states.add_metric(["due_later"], queue["later"])
    states.add_metric(["digest_pending"], outbox_stats.capped(notices.filter(status=Status.DIGEST_PENDING)))
    for status in COUNTED:
        states.add_metric([status], outbox_stats.capped(notices.filter(status=status)))
    yield states
    oldest = queue["oldest_due_at"]
    age = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    yield GaugeMetricFamily("onestop_notices_oldest_due_seconds", "Age of the oldest due notice", value=age)
    outcomes = GaugeMetricFamily(
        "onestop_notices_last_hour", "Outcomes of notices in the last hour", labels=["kind", "outcome"]
    )
    for kind, number in outbox_stats.by_kind(outbox_stats.sent_since(notices, at - HOUR)):
        outcomes.add_metric([kind, "sent"], number)
    for kind, number in outbox_stats.by_kind(outbox_stats.failed_since(notices, at - HOUR)):
        outcomes.add_metric([kind, "failed"], number)
    yield outcomes


def measure_work(at: datetime) -> Iterable[GaugeMetricFamily]:
    """Yield the last activity of workers and planners, of which ``at`` changes nothing."""
    if (age := pulse_age()) is not None:
        yield GaugeMetricFamily("onestop_pulse_age_seconds", "Seconds since a worker last answered beat", value=age)
    began = GaugeMetricFamily(
        "onestop_planner_last_run_timestamp_seconds", "Start of the last run of a planner", labels=["planner"]
    )
    took = GaugeMetricFamily(
        "onestop_planner_last_run_seconds", "Duration of the last run of a planner", labels=["planner"]
    )
    failed = GaugeMetricFamily(
        "onestop_planner_last_run_failed", "Whether the last run of a planner failed", labels=["planner"]
    )
    for run in PlannerRun.objects.order_by("code"):
        began.add_metric([run.code], run.began_at.timestamp())
        took.add_metric([run.code], run.seconds)
        failed.add_metric([run.code], bool(run.problem))
    yield from (began, took, failed)
