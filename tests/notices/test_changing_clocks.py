"""Clocks that jump in spring and fall: nothing is doubled or skipped; people are told at the hour of their clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.conf import settings

from onestop.notices import digests, timing
from onestop.notices.messages import Message
from onestop.notices.models import DeliverySchedule, Notice
from onestop.notices.notify import notice_of, notify
from onestop.notices.timing import DAY
from tests.factories import make_user
from tests.notices.posting import Status

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
SPRING = datetime(2026, 3, 8, 7, tzinfo=UTC)  # 2:00 becomes 3:00
FALL = datetime(2026, 11, 1, 6, tzinfo=UTC)  # 2:00 becomes 1:00
CHANGES = pytest.mark.parametrize("change", [SPRING, FALL], ids=["spring", "fall"])
HOURS = [time(0), time(1), time(1, 30), time(2), time(2, 30), time(3), time(8), time(23, 59)]


def minutes_around(change: datetime, hours: int = 36) -> Iterator[datetime]:
    """Go through every minute around a change, by the clock that never jumps."""
    for number in range(-hours * 60, hours * 60):
        yield change + number * MINUTE


def wall(at: datetime) -> time:
    """Return what the clock on the wall in New York says."""
    return at.astimezone(NEW_YORK).time()


def test_beat_goes_by_intervals_and_by_no_clock():
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert isinstance(entry["schedule"], int | float | timedelta), name
        assert not isinstance(entry["schedule"], crontab), name
    assert settings.CELERY_TIMEZONE == "UTC"


# ---------------------------------------------------------------- Digests
@CHANGES
@pytest.mark.parametrize("digest_at", HOURS, ids=str)
def test_a_digest_comes_once_a_day_at_its_hour(change: datetime, digest_at: time):
    delivery_schedule = DeliverySchedule(digest_at=digest_at)
    moments = {timing.next_daily(at, delivery_schedule, NEW_YORK).astimezone(UTC) for at in minutes_around(change)}
    days = [moment.astimezone(NEW_YORK).date() for moment in sorted(moments)]
    assert days == [days[0] + number * DAY for number in range(len(days))]
    for moment in moments:
        skipped = moment.astimezone(NEW_YORK).date() == SPRING.astimezone(NEW_YORK).date() and digest_at.hour == 2
        assert wall(moment) == (digest_at.replace(hour=3) if skipped else digest_at)


@CHANGES
@pytest.mark.parametrize("digest_at", HOURS, ids=str)
def test_the_next_digest_lies_ahead_and_not_beyond_a_day(change: datetime, digest_at: time):
    delivery_schedule = DeliverySchedule(digest_at=digest_at)
    for at in minutes_around(change):
        ahead = timing.next_daily(at, delivery_schedule, NEW_YORK).astimezone(UTC) - at
        assert timedelta() < ahead <= timedelta(hours=25), at


@CHANGES
@pytest.mark.parametrize("weekly_on", range(1, 8))
def test_a_weekly_digest_comes_once_a_week_on_its_day(change: datetime, weekly_on: int):
    delivery_schedule = DeliverySchedule(digest_at=time(1, 30), weekly_on=weekly_on)
    at, moments = change - 10 * DAY, set()
    while at < change + 10 * DAY:
        moment = timing.next_weekly(at, delivery_schedule, NEW_YORK)
        assert moment.astimezone(UTC) > at
        moments.add(moment.astimezone(UTC))
        at += timedelta(minutes=15)
    days = [moment.astimezone(NEW_YORK).date() for moment in sorted(moments)]
    assert {day.isoweekday() for day in days} == {weekly_on}
    assert days == [days[0] + 7 * number * DAY for number in range(len(days))]


# ---------------------------------------------------------------- Quiet hours
QUIET = [
    (time(20), time(7)),
    (time(1), time(3)),
    (time(22), time(1, 30)),
    (time(0), time(2, 30)),
    (time(1, 15), time(1, 45)),
]


@CHANGES
@pytest.mark.parametrize(("begin", "end"), QUIET, ids=str)
def test_nobody_is_told_in_quiet_hours_and_nobody_waits_longer(change: datetime, begin: time, end: time):
    delivery_schedule = DeliverySchedule(quiet_from=begin, quiet_until=end)

    def is_quiet(at: datetime) -> bool:
        clock = wall(at)
        return begin <= clock < end if begin < end else clock >= begin or clock < end

    ends = None
    for at in reversed(list(minutes_around(change))):
        told = timing.after_quiet(at, delivery_schedule, NEW_YORK).astimezone(UTC)
        if not is_quiet(at):
            ends = at
            assert told == at
        elif ends is not None:
            assert not is_quiet(told), at
            assert ends <= told <= ends + timedelta(minutes=30), at


# ---------------------------------------------------------------- The weeks of the weekly limit
@CHANGES
def test_every_moment_lies_in_one_week_that_begins_on_monday_at_midnight(change: datetime):
    at, begins = change - 10 * DAY, []
    while at < change + 10 * DAY:
        begin = timing.week_of(at, NEW_YORK).astimezone(UTC)
        assert begin <= at
        begins.append(begin)
        at += timedelta(minutes=15)
    assert begins == sorted(begins)
    assert {(begin.astimezone(NEW_YORK).isoweekday(), wall(begin)) for begin in begins} == {(1, time(0))}


# ---------------------------------------------------------------- Through the planning functions, minute by minute
@CHANGES
@pytest.mark.parametrize("digest_at", [time(1, 30), time(2, 30)], ids=str)
@pytest.mark.django_db
def test_digests_written_every_few_minutes_through_the_change_come_once_a_day(change: datetime, digest_at: time):
    user = make_user("Ann Lindqvist")
    delivery_schedule = DeliverySchedule.objects.create(user=user, time_zone="America/New_York", digest_at=digest_at)
    for hour in range(-36, 36):
        at = change + timedelta(hours=hour)
        due = timing.next_daily(at, delivery_schedule, NEW_YORK)
        message = Message(digests.DIGEST.code, f"hour:{hour}", user, {"notices": [], "number": 0})
        notice_of(message, status=Status.DIGEST_PENDING, due_at=due, at=at).save()
    written, at = [], change - timedelta(hours=36)
    while at < change + timedelta(hours=60):
        written += [at] * digests.send_digests(at=at)
        at += timedelta(minutes=5 if abs(at - change) < timedelta(hours=3) else 30)
    days = [at.astimezone(NEW_YORK).date() for at in written]
    assert days == [days[0] + number * DAY for number in range(4)]
    assert Notice.objects.filter(status=Status.DIGESTED).count() == 72
    assert not Notice.objects.filter(status=Status.DIGEST_PENDING).exists()


@CHANGES
@pytest.mark.django_db
def test_what_is_told_at_night_waits_for_the_morning_of_the_clock(change: datetime):
    user = make_user("Ann Lindqvist")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York")
    notice = notify(digests.DIGEST.code, key="word", to=user, at=change, context={"notices": [], "number": 0})
    assert wall(notice.due_at) == time(7)
    assert timedelta() < notice.due_at - change < timedelta(hours=7)
