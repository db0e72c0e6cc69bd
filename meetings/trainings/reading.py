"""What the page of a meeting shows of its training."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from meetings.models import Meeting, Training
from meetings.trainings.feedback import feedback_on
from meetings.trainings.follow_ups import follow_ups_of
from meetings.trainings.participants import participants_of, total_of
from meetings.trainings.taught import is_training, teachers_of
from partners.models import Partnership, Program
from partners.rules import may
from partners.seats import seats_of


def training_context(meeting: Meeting, *, user: Any, at: datetime) -> dict[str, Any]:
    """Return what the page of a meeting shows of its training; nothing if it is none.

    Feedback is for those who run the group; a partner's own follow-up also for its people.
    """
    if not is_training(meeting):
        return {}
    runs = may(user, "meetings.plan_meetings", meeting.group)
    training = Training.objects.filter(meeting=meeting).first()
    shared = {
        "is_training": True,
        "training": training,
        "may_edit_training": runs and not meeting.group.is_archived,
        "may_record_staff": may(user, "meetings.record_trained_staff", meeting.group),
        "training_began": meeting.has_begun(at) and not meeting.is_canceled,
    }
    return shared | (_details(training, meeting, user, at, runs=runs) if training else {})


def _details(training: Training, meeting: Meeting, user: Any, at: datetime, *, runs: bool) -> dict[str, Any]:
    training.meeting = meeting
    teachers = Partnership.objects.select_related("organization").order_by("organization__name")
    by_law = Program.objects.order_by("position")
    prefetch_related_objects([training], Prefetch("programs", by_law), Prefetch("teachers", teachers))
    participants = participants_of([training]).get(training.pk, [])
    today = meeting.series.local(at).date()
    asked = meeting.ends_at <= at and not meeting.is_canceled
    follow_ups = follow_ups_of(training, today=today) if asked else None
    own = seats_of(user).partnership_ids
    return {
        "training_programs": list(training.programs.all()),
        "training_teachers": teachers_of(training),
        "materials": training.materials.current().select_related("file").order_by("pk"),
        "participants": participants,
        "participants_total": total_of(participants),
        "feedback": feedback_on(training) if asked and runs else None,
        "follow_ups": follow_ups,
        "shown_follow_ups": [
            (row, chip, runs or row.partnership_id in own)
            for row, chip in (follow_ups.rows if follow_ups else ())
            if runs or row.partnership_id in own
        ],
    }
