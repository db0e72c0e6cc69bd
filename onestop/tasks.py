"""Background tasks of the project itself."""

from celery import shared_task

from onestop.ops import health


@shared_task
def pulse() -> None:
    """Record that beat, broker and worker are running."""
    health.record_pulse()
