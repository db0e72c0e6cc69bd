"""A person's inbox: what the portal told them, and what of it they have read or put off.

Reading and putting off can be taken back: what is read at one moment is unread again by that moment.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import TextChoices

from onestop.notices import timing
from onestop.notices.models import Notice, delivery_schedule_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.zones import zone_for

MOST_COUNTED = 100  # the bell says 99+ from there on
DAY = timedelta(days=1)


class State(TextChoices):
    """What a notice is to the person who got it."""

    UNREAD = "unread", "Unread"
    LATER = "later", "Put off until later"
    READ = "read", "Read"
    GONE = "gone", "No longer needed"


class Later(TextChoices):
    """Mornings until which a notice can be put off."""

    TOMORROW = "tomorrow", "Until tomorrow"
    NEXT_WEEK = "week", "Until next week"
    FOUR_WEEKS = "month", "For four weeks"

    def day(self, today: date) -> date:
        """Return the day that is meant; next week begins on Monday."""
        ahead = {"tomorrow": 1, "week": 8 - today.isoweekday(), "month": 28}
        return today + ahead[self.value] * DAY


def state_of(notice: Notice, *, at: datetime) -> State:
    """Return what a notice is to its person at a moment."""
    if notice.status == Notice.Status.WITHDRAWN:
        return State.GONE
    if notice.read_at:
        return State.READ
    return State.LATER if notice.snoozed_until and notice.snoozed_until > at else State.UNREAD


def unread_of(user: Any, *, at: datetime) -> NoticeQuerySet:
    """Return what a person has neither read nor put off until later."""
    # Written out, so that PostgreSQL sees that notice_unread holds all of it.
    return Notice.objects.filter(recipient=user, in_inbox=True).unread(at)


def count_unread(user: Any, *, at: datetime) -> int:
    """Return how many notices are unread, up to a hundred: beyond that nobody asks, and counting would cost."""
    return unread_of(user, at=at)[:MOST_COUNTED].count()


# ---------------------------------------------------------------- Reading
@transaction.atomic
def mark_read(user: Any, pks: Collection[int], *, at: datetime) -> int:
    """Note that a person has read these; return how many were unread."""
    return Notice.objects.shown_to(user).filter(pk__in=pks, read_at=None).update(read_at=at)


@transaction.atomic
def mark_all_read(user: Any, *, at: datetime) -> int:
    """Note that a person has read everything; return how many were unread. What is put off stays so."""
    return unread_of(user, at=at).update(read_at=at)


@transaction.atomic
def take_back_reading(user: Any, *, read_at: datetime) -> int:
    """Make unread again what a person marked as read at one moment; return of how many."""
    return Notice.objects.shown_to(user).needed().filter(read_at=read_at).update(read_at=None)


@transaction.atomic
def mark_unread(user: Any, pks: Collection[int]) -> int:
    """Make these unread; return how many were not. What was taken back asks for nobody's eyes again."""
    rows = Notice.objects.shown_to(user).needed().filter(pk__in=pks)
    return rows.exclude(read_at=None, snoozed_until=None).update(read_at=None, snoozed_until=None)


# ---------------------------------------------------------------- Putting off
def today_for(user: Any, *, at: datetime) -> date:
    """Return the day that it is where the person is."""
    return at.astimezone(zone_for(user)).date()


def morning_of(user: Any, day: date) -> datetime:
    """Return the hour of a day at which a person's digests come, and what they put off is unread again."""
    return timing.at_wall(datetime.combine(day, time(0)), delivery_schedule_of(user).digest_at, zone_for(user))


@transaction.atomic
def put_off(user: Any, pks: Collection[int], *, until: datetime) -> int:
    """Put notices off: they are unread again from then on, and not before. Return how many."""
    rows = Notice.objects.shown_to(user).needed().filter(pk__in=pks)
    return rows.update(read_at=None, snoozed_until=until)
