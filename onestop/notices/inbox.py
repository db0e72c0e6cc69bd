"""The inbox of a user: their notices, read, unread or snoozed.

Marking as read can be undone: everything that was marked at one moment becomes unread again.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onestop.notices import timing
from onestop.notices.models import Notice, delivery_schedule_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.zones import zone_for

MOST_COUNTED = 100  # the bell shows 99+ from here on
DAY = timedelta(days=1)


class State(TextChoices):
    """The state of a notice for its recipient."""

    UNREAD = "unread", _("Unread")
    LATER = "later", _("Snoozed")
    READ = "read", _("Read")
    GONE = "gone", _("No longer needed")


class Later(TextChoices):
    """Mornings until which a notice can be snoozed."""

    TOMORROW = "tomorrow", _("Snooze until tomorrow")
    NEXT_WEEK = "week", _("Snooze until next week")
    FOUR_WEEKS = "month", _("Snooze for 4 weeks")

    def day(self, today: date) -> date:
        """Return the date; next week starts on Monday."""
        ahead = {"tomorrow": 1, "week": 8 - today.isoweekday(), "month": 28}
        return today + ahead[self.value] * DAY


def state_of(notice: Notice, *, at: datetime) -> State:
    """Return the state of a notice at a moment."""
    if notice.status == Notice.Status.WITHDRAWN:
        return State.GONE
    if notice.read_at:
        return State.READ
    return State.LATER if notice.snoozed_until and notice.snoozed_until > at else State.UNREAD


def unread_of(user: Any, *, at: datetime) -> NoticeQuerySet:
    """Return the notices that a user has neither read nor snoozed."""
    # Spelled out, so that PostgreSQL can use the index notice_unread.
    return Notice.objects.filter(recipient=user, in_inbox=True).unread(at)


# Like ``unread_of``. In SQL, because every page needs it, and building a queryset takes longer than running it.
UNREAD = """
SELECT count(*) FROM (
    SELECT FROM notices_notice
    WHERE recipient_id = %s AND in_inbox AND read_at IS NULL AND status <> %s
        AND (snoozed_until IS NULL OR snoozed_until <= %s)
    LIMIT %s
) unread
"""


def count_unread(user: Any, *, at: datetime) -> int:
    """Return the number of unread notices, up to MOST_COUNTED: counting more would cost too much."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [user.pk, Notice.Status.WITHDRAWN, at, MOST_COUNTED])
        return int(cursor.fetchone()[0])


# ---------------------------------------------------------------- Reading
@transaction.atomic
def mark_read(user: Any, pks: Collection[int], *, at: datetime) -> int:
    """Mark these as read; return how many were unread."""
    return Notice.objects.shown_to(user).filter(pk__in=pks, read_at=None).update(read_at=at)


@transaction.atomic
def mark_all_read(user: Any, *, at: datetime) -> int:
    """Mark everything as read; return how many were unread. Snoozed notices stay snoozed."""
    return unread_of(user, at=at).update(read_at=at)


@transaction.atomic
def take_back_reading(user: Any, *, read_at: datetime) -> int:
    """Mark as unread what was marked as read at one moment; return how many."""
    return Notice.objects.shown_to(user).needed().filter(read_at=read_at).update(read_at=None)


@transaction.atomic
def mark_unread(user: Any, pks: Collection[int]) -> int:
    """Mark these as unread; return how many changed. Withdrawn notices stay as they are."""
    rows = Notice.objects.shown_to(user).needed().filter(pk__in=pks)
    return rows.exclude(read_at=None, snoozed_until=None).update(read_at=None, snoozed_until=None)


# ---------------------------------------------------------------- Snoozing
def today_for(user: Any, *, at: datetime) -> date:
    """Return today's date in the time zone of the user."""
    return at.astimezone(zone_for(user)).date()


def morning_of(user: Any, day: date) -> datetime:
    """Return the digest hour of a user on a day, when snoozed notices become unread again."""
    return timing.at_wall(datetime.combine(day, time(0)), delivery_schedule_of(user).digest_at, zone_for(user))


@transaction.atomic
def put_off(user: Any, pks: Collection[int], *, until: datetime) -> int:
    """Snooze notices: they become unread again at that time. Return how many."""
    rows = Notice.objects.shown_to(user).needed().filter(pk__in=pks)
    return rows.update(read_at=None, snoozed_until=until)
