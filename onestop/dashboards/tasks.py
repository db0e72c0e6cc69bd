"""Background tasks of dashboards."""

from celery import shared_task
from django.utils.timezone import now

from onestop.dashboards.board import snapshots
from onestop.dashboards.papers import pdfs


@shared_task
def take_snapshots() -> None:
    """Keep the figures of areas in which a day has ended, some areas at a time."""
    snapshots.take_due(at=now())


@shared_task
def make_dashboard_pdf(pdf_id: int) -> None:
    """Make one PDF, unless another worker has it or it is done."""
    pdfs.MAKER.work_on(pdf_id, at=now())


@shared_task
def sweep_dashboard_pdfs() -> None:
    """Wake workers for PDFs that no worker has."""
    pdfs.MAKER.sweep()


@shared_task
def clean_up_dashboard_pdfs() -> None:
    """Delete old briefings; packets and guides stay."""
    pdfs.clean_up(at=now())
