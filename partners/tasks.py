"""What workers do for the partner network."""

from celery import shared_task
from django.utils.timezone import now

from partners.importing import runs
from partners.manual import printing
from partners.search import index


@shared_task
def work_on_import(run_id: int) -> None:
    """Plan or write one import; nothing happens if another worker is at it, or it is done."""
    runs.work_on(run_id, at=now())


@shared_task
def sweep_imports() -> None:
    """Take up imports that nobody was told of, or whose worker was killed."""
    runs.sweep()


@shared_task
def clean_up_imports() -> None:
    """Delete old files and plans."""
    runs.clean_up(at=now())


@shared_task
def keep_directory_true() -> None:
    """Mend the public directory's listings and count its words."""
    index.rebuild()
    index.count_words()


@shared_task
def print_manual(print_id: int) -> None:
    """Make one PDF of the manual; nothing happens if another worker is at it, or it is done."""
    printing.work_on(print_id, at=now())


@shared_task
def sweep_manual_prints() -> None:
    """Take up PDFs of the manual that nobody was told of, or whose worker was killed."""
    printing.sweep()


@shared_task
def clean_up_manual_prints() -> None:
    """Delete PDFs of contents that are no longer current."""
    printing.clean_up(at=now())
