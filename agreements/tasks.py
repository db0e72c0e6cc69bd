"""Background tasks of agreements."""

from celery import shared_task
from django.utils.timezone import now

from agreements.papers import pdfs


@shared_task
def make_agreement_pdf(pdf_id: int) -> None:
    """Make one PDF, unless another worker has it or it is done."""
    pdfs.MAKER.work_on(pdf_id, at=now())


@shared_task
def sweep_agreement_pdfs() -> None:
    """Wake workers for PDFs that no worker has."""
    pdfs.MAKER.sweep()


@shared_task
def clean_up_agreement_pdfs() -> None:
    """Delete old PDFs of texts."""
    pdfs.clean_up(at=now())
