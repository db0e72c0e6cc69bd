"""Background tasks of agreements."""

from celery import shared_task
from django.utils.timezone import now

from agreements.papers import pdfs
from agreements.responsibilities import watching
from agreements.signing import freezing, sealing


@shared_task
def make_agreement_pdf(pdf_id: int) -> None:
    """Make one PDF, unless another worker has it or it is done."""
    pdfs.MAKER.work_on(pdf_id, at=now())


@shared_task
def make_frozen_document(document_id: int) -> None:
    """Make the PDF of a text that was sent for signature, and ask those who sign."""
    freezing.MAKER.work_on(document_id, at=now())


@shared_task
def seal_agreement(document_id: int) -> None:
    """Make the executed file of an agreement."""
    sealing.MAKER.work_on(document_id, at=now())


@shared_task
def sweep_agreement_pdfs() -> None:
    """Wake workers for PDFs that no worker has."""
    for maker in (pdfs.MAKER, freezing.MAKER, sealing.MAKER):
        maker.sweep()


@shared_task
def clean_up_agreement_pdfs() -> None:
    """Delete old PDFs of texts."""
    pdfs.clean_up(at=now())


@shared_task
def watch_promises() -> None:
    """Note which promises are no longer kept, and tell the staff."""
    watching.watch_promises(at=now())
