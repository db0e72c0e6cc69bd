"""When somebody is told: quiet hours and digests by the clock where they live, also when it is put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from onestop.notices import timing
from onestop.notices.models import DeliverySchedule

NEW_YORK = ZoneInfo("America/New_York")
FORWARD, BACK = date(2026, 3, 8), date(2026, 11, 1)  # 2:00 AM becomes 3:00 AM; 2:00 AM becomes 1:00 AM


def local(day: date | str, clock: str, fold: int = 0) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time.fromisoformat(clock), NEW_YORK).replace(fold=fold)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-10 12:00", "2026-03-10 12:00"),
        ("2026-03-10 19:59", "2026-03-10 19:59"),
        ("2026-03-10 20:00", "2026-03-11 07:00"),
        ("2026-03-10 23:59", "2026-03-11 07:00"),
        ("2026-03-11 00:00", "2026-03-11 07:00"),
        ("2026-03-11 06:59", "2026-03-11 07:00"),
        ("2026-03-11 07:00", "2026-03-11 07:00"),
    ],
)
def test_in_quiet_hours_it_waits_for_the_morning(now, then):
    at = local(*now.split())
    assert timing.after_quiet(at, DeliverySchedule(), NEW_YORK) == local(*then.split())


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all():
    lunch = DeliverySchedule(quiet_from=time(12), quiet_until=time(13))
    assert timing.after_quiet(local("2026-03-10", "12:30"), lunch, NEW_YORK) == local("2026-03-10", "13:00")
    assert timing.after_quiet(local("2026-03-10", "23:30"), lunch, NEW_YORK) == local("2026-03-10", "23:30")
    never = DeliverySchedule(quiet_from=None, quiet_until=None)
    assert timing.after_quiet(local("2026-03-10", "23:30"), never, NEW_YORK) == local("2026-03-10", "23:30")


@pytest.mark.parametrize(("now", "then"), [("07:59", "2026-03-10"), ("08:00", "2026-03-11"), ("23:00", "2026-03-11")])
def test_the_daily_digest_is_the_next_one(now, then):
    assert timing.next_daily(local("2026-03-10", now), DeliverySchedule(), NEW_YORK) == local(then, "08:00")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-09 07:59", "2026-03-09"),  # a Monday
        ("2026-03-09 08:00", "2026-03-16"),
        ("2026-03-10 12:00", "2026-03-16"),
        ("2026-03-15 23:59", "2026-03-16"),
    ],
)
def test_the_weekly_digest_comes_on_the_chosen_weekday(now, then):
    assert timing.next_weekly(local(*now.split()), DeliverySchedule(), NEW_YORK) == local(then, "08:00")


@pytest.mark.parametrize("day", [FORWARD, BACK])
def test_every_minute_around_a_change_of_the_clock_leads_to_the_same_hour_of_the_clock(day):
    begin = local(day - timedelta(days=1), "08:00").astimezone(UTC)
    minutes = int((local(day, "08:00").astimezone(UTC) - begin).total_seconds() // 60)
    assert minutes == (23 if day == FORWARD else 25) * 60
    for minute in range(minutes):
        at = begin + timedelta(minutes=minute)
        assert timing.next_daily(at, DeliverySchedule(), NEW_YORK) == local(day, "08:00")
        late = timing.after_quiet(at, DeliverySchedule(), NEW_YORK)
        assert late in (at, local(day, "07:00"))
        assert 7 <= late.astimezone(NEW_YORK).hour < 20


def test_an_hour_that_the_clock_skips_is_the_one_after_it():
    early = DeliverySchedule(digest_at=time(2, 30), quiet_from=None, quiet_until=None)
    then = timing.next_daily(local("2026-03-08", "01:00"), early, NEW_YORK)
    assert then.astimezone(NEW_YORK).strftime("%H:%M") == "03:30"
    assert timing.next_daily(then, early, NEW_YORK) == local("2026-03-09", "02:30")


def test_an_hour_that_the_clock_repeats_counts_once():
    early = DeliverySchedule(digest_at=time(1, 30), quiet_from=None, quiet_until=None)
    first = timing.next_daily(local("2026-11-01", "00:00"), early, NEW_YORK)
    assert first == local("2026-11-01", "01:30")
    assert timing.next_daily(local("2026-11-01", "01:30", fold=1), early, NEW_YORK) == local("2026-11-02", "01:30")


def test_a_week_begins_on_monday_by_the_clock_there():
    assert timing.week_of(local("2026-03-08", "23:59"), NEW_YORK) == local("2026-03-02", "00:00")
    assert timing.week_of(local("2026-03-09", "00:00"), NEW_YORK) == local("2026-03-09", "00:00")
    assert timing.week_of(datetime(2026, 3, 9, 3, tzinfo=UTC), NEW_YORK) == local("2026-03-02", "00:00")
