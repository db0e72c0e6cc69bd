"""Background tasks of meetings."""

from celery import shared_task
from django.utils.timezone import now

from meetings.actions import telling
from meetings.goals import judging
from meetings.groups import members, seats
from meetings.invitations import updates
from meetings.pdfs import pdfs
from meetings.scheduling import making
from meetings.trainings import feedback, follow_ups


@shared_task
def make_meetings() -> None:
    """Make the meetings of all series that are not made far enough ahead."""
    making.make_all(at=now())


@shared_task
def send_updates() -> None:
    """Mail what has changed in series, once its ten minutes are over."""
    updates.send_due(at=now())


@shared_task
def match_boards() -> None:
    """Bring the groups of boards in line with the boards, and note whose term in a group begins or ends."""
    seats.match_all_boards(at=now())
    members.note_terms(at=now())


@shared_task
def make_meeting_pdf(pdf_id: int) -> None:
    """Make one PDF, unless another worker has it or it is done."""
    pdfs.MAKER.work_on(pdf_id, at=now())


@shared_task
def sweep_meeting_pdfs() -> None:
    """Wake workers for PDFs that no worker has."""
    pdfs.MAKER.sweep()


@shared_task
def clean_up_meeting_pdfs() -> None:
    """Delete old PDFs of minutes that nobody needs; packets stay."""
    pdfs.clean_up(at=now())


@shared_task
def print_public_minutes() -> None:
    """Make the PDFs of minutes that became public, or were approved since."""
    pdfs.print_public(at=now())


@shared_task
def tell_assigned() -> None:
    """Mail people the action items that they were assigned, once their ten minutes are over."""
    telling.tell_assigned(at=now())


@shared_task
def ask_about_trainings() -> None:
    """Ask who took part in a training for feedback the day after, and their partners two months later."""
    feedback.ask_all(at=now())
    follow_ups.ask_all(at=now())


@shared_task
def judge_goals() -> None:
    """Judge shared goals anew: a report that was enough yesterday may be too old today."""
    judging.judge_all(at=now())
