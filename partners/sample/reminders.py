"""Reminders to partners with unconfirmed services, some of them exhausted, and an address that bounces."""

from datetime import datetime, time, timedelta

from django.db.models import F

from onestop.notices import bounces, digests, notify
from onestop.notices.models import Notice
from partners.models import ConfirmationRequest, Representative
from partners.notices.stale_services import REMINDER
from partners.sample.past import Step
from partners.sample.story import EASTERN, Story

# The days on which the planner sent reminders; the intervals follow the rule, including weekends.
DAYS_AGO = (48, 36, 24, 14, 5, 1)
MORNING = time(9, 5)
NOT_REACHED = "Ignatius Bell"
SAID = "550 5.1.1 The mailbox you are trying to reach does not exist."
Status = Notice.Status


def load(story: Story) -> None:
    """Write the reminders that the portal would have sent to partners, and mark them as sent."""
    for days in DAYS_AGO:
        _remind(story, datetime.combine(story.day(days), MORNING, EASTERN))
    for request in ConfirmationRequest.objects.filter(asked_by=None).order_by("pk"):
        steps = [Step(request.revoked_at, None, {"revoked_at": None})] if request.revoked_at else []
        story.past.add(request, at=request.asked_at, by=None, steps=steps)
    for replaced in ConfirmationRequest.objects.exclude(asked_by=None).exclude(revoked_at=None):
        assert replaced.revoked_at is not None
        story.past.add_last(replaced, at=replaced.revoked_at, by=None)
    _bounce()


def _remind(story: Story, at: datetime) -> None:
    areas = {area.pk for area in story.areas.values()}
    messages = [message for message in REMINDER.planner().plan(at) if message.scope and message.scope.pk in areas]
    notify.notify_many(messages, at=at)
    digests.send_digests(at=at)
    written = Notice.objects.filter(written_at=at, status=Status.QUEUED)
    written.update(status=Status.SENT, sent_at=F("due_at"), attempts=1)


def _bounce() -> None:
    """Let the mail to one person bounce an hour after it was sent."""
    address = Representative.objects.get(name=NOT_REACHED).email
    for notice in Notice.objects.filter(to__iexact=address, status=Status.SENT):
        assert notice.sent_at is not None
        notice.status, notice.last_error = Status.FAILED, f"Bounced: {SAID}"
        notice.save(update_fields=["status", "last_error"])
        bounces.note_bounce(address, said=SAID, at=notice.sent_at + timedelta(hours=1))
