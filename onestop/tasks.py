"""Background work that belongs to no single part of the portal."""

from celery import shared_task

from onestop.ops import health


@shared_task
def pulse() -> None:
    """Show that beat, broker and worker are alive."""
    health.record_pulse()
