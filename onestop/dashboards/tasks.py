"""Background tasks of dashboards."""

from celery import shared_task
from django.utils.timezone import now

from onestop.dashboards.board import snapshots


@shared_task
def take_snapshots() -> None:
    """Keep the figures of areas in which a day has ended, some areas at a time."""
    snapshots.take_due(at=now())
