"""Background tasks of meetings."""

from celery import shared_task
from django.utils.timezone import now

from meetings.groups import members, seats
from meetings.invitations import updates
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
def ask_about_trainings() -> None:
    """Ask who took part in a training for feedback the day after, and their partners two months later."""
    feedback.ask_all(at=now())
    follow_ups.ask_all(at=now())
