"""The times of delivery: quiet hours, digests and weeks, in local time of the recipient.

Daylight saving time does not move a digest: it is sent at the same local time. A local time that a change skips counts
as one hour later.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo

from onestop.notices.models import DeliverySchedule

DAY = timedelta(days=1)


def at_wall(day: datetime, clock: time, zone: tzinfo) -> datetime:
    """Return the instant of a local time on a day; one that does not exist counts as one hour later."""
    local = datetime.combine(day.date(), clock, zone)
    return local.astimezone(UTC).astimezone(zone)


def after_quiet(at: datetime, delivery_schedule: DeliverySchedule, zone: tzinfo) -> datetime:
    """Return the moment, or the end of the quiet hours if it is within them."""
    begin, end = delivery_schedule.quiet_from, delivery_schedule.quiet_until
    if begin is None or end is None or begin == end:
        return at
    local = at.astimezone(zone)
    clock = local.time()
    if begin < end:
        return _next_at_wall(at, local, end, zone) if begin <= clock < end else at
    if clock >= begin:
        return at_wall(local + DAY, end, zone)
    return _next_at_wall(at, local, end, zone) if clock < end else at


def _next_at_wall(at: datetime, day: datetime, clock: time, zone: tzinfo) -> datetime:
    """Return the next instant of a local time that day after a moment; in fall, one hour comes twice."""
    first = at_wall(day, clock, zone)
    return first if first > at.astimezone(UTC) else at_wall(day, clock.replace(fold=1), zone)


def next_daily(at: datetime, delivery_schedule: DeliverySchedule, zone: tzinfo) -> datetime:
    """Return when the next daily digest is sent."""
    local = at.astimezone(zone)
    today = at_wall(local, delivery_schedule.digest_at, zone)
    return today if today > at else at_wall(local + DAY, delivery_schedule.digest_at, zone)


def next_weekly(at: datetime, delivery_schedule: DeliverySchedule, zone: tzinfo) -> datetime:
    """Return when the next weekly digest is sent."""
    local = at.astimezone(zone)
    ahead = (delivery_schedule.weekly_on - local.isoweekday()) % 7
    chosen = at_wall(local + ahead * DAY, delivery_schedule.digest_at, zone)
    return chosen if chosen > at else at_wall(local + (ahead + 7) * DAY, delivery_schedule.digest_at, zone)


def week_of(at: datetime, zone: tzinfo) -> datetime:
    """Return the start of the week of a moment: Monday at midnight, local time."""
    local = at.astimezone(zone)
    return at_wall(local - (local.isoweekday() - 1) * DAY, time(0), zone)
