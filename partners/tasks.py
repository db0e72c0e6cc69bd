"""Background tasks of the partner network."""

from celery import shared_task
from django.utils.timezone import localdate, now

from partners.board import terms
from partners.importing import runs
from partners.manual import printing
from partners.schedule import holidays
from partners.search import index, listing_readings, unanswered


@shared_task
def work_on_import(run_id: int) -> None:
    """Plan or write one import, unless another worker has it or it is done."""
    runs.work_on(run_id, at=now())


@shared_task
def sweep_imports() -> None:
    """Wake workers for imports that no worker has."""
    runs.sweep()


@shared_task
def clean_up_imports() -> None:
    """Delete expired files and plans."""
    runs.clean_up(at=now())


@shared_task
def match_board_roles() -> None:
    """Give and take the seats of board members whose terms have begun or ended."""
    terms.match_all_roles(at=now())


@shared_task
def fill_holidays() -> None:
    """Add the public holidays of this and the next year where an area has none."""
    holidays.fill_all(at=now())


@shared_task
def keep_directory_true() -> None:
    """Rebuild the index of the public directory, count its words, and read what was read with other words."""
    index.rebuild()


@shared_task
def read_new_listings() -> None:
    """Read what nobody has read of the public directory."""
    listing_readings.read_unread()


@shared_task
def forget_unanswered_questions() -> None:
    """Delete what was looked for in vain more than a year ago."""
    unanswered.forget_unanswered(today=localdate())


@shared_task
def print_manual(print_id: int) -> None:
    """Make one PDF of the manual, unless another worker has it or it is done."""
    printing.MAKER.work_on(print_id, at=now())


@shared_task
def sweep_manual_prints() -> None:
    """Wake workers for PDFs of the manual that no worker has."""
    printing.MAKER.sweep()


@shared_task
def clean_up_manual_prints() -> None:
    """Delete PDFs whose contents are no longer current."""
    printing.clean_up(at=now())
