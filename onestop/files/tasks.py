"""Celery tasks of stored files."""

from celery import shared_task
from django.utils.timezone import now

from onestop.files import answering, scanning, storing


@shared_task
def scan_file(file_id: int) -> None:
    """Scan one file for viruses."""
    scanning.scan_file(file_id, at=now())


@shared_task
def sweep_files() -> None:
    """Send files that wait for the virus scan to workers again."""
    scanning.sweep()


@shared_task
def clean_up_files() -> None:
    """Delete files that nothing refers to."""
    storing.clean_up(at=now())


@shared_task
def check_file_services() -> None:
    """Ask the storage and the virus scanner whether they work."""
    answering.check_services()
