"""What workers do for accounts."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def forget_old_sessions() -> None:
    """Delete the rows of sessions that have expired."""
    call_command("clearsessions")
