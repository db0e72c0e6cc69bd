"""Occurrences on holidays and weekends: kept, skipped, or moved to the next open day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from meetings.recurrence.dates import in_zone

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shifted:
    """An occurrence, and when it takes place after looking at closed days; None if it does not."""

    original: datetime
    moved: datetime | None


def shift_for_closed(
    days: list[datetime],
    closed: Collection[date],
    manner: Literal["keep", "skip", "next"],
    weekend_closed: bool = True,
) -> list[Shifted]:
    """Return occurrences with what happens to those on closed days: they are kept, skipped, or on the next open day.

    The time of day on the clock stays. An occurrence that would come to the time of another one is skipped, and so is
    one without an open day within a year. With ``weekend_closed``, Saturdays and Sundays are closed too.
    """
    closed, found = frozenset(closed), list[Shifted]()
    taken = set(days)
    for original in days:
        moved: datetime | None = original
        if manner != "keep" and _is_closed(original.date(), closed, weekend_closed):
            moved = _next_open(original, closed, weekend_closed) if manner == "next" else None
            moved = None if moved in taken else moved
        taken |= {moved} if moved else set()
        found.append(Shifted(original, moved))
    return found


def _is_closed(on: date, closed: Collection[date], weekend_closed: bool) -> bool:
    return on in closed or (weekend_closed and on.weekday() >= 5)


def _next_open(original: datetime, closed: Collection[date], weekend_closed: bool) -> datetime | None:
    coming = (original.date() + DAY * number for number in range(1, 367))
    on = next((one for one in coming if not _is_closed(one, closed, weekend_closed)), None)
    if on is None:
        return None
    wall = datetime.combine(on, original.time())
    return (
        in_zone(wall, original.tzinfo)
        if isinstance(original.tzinfo, ZoneInfo)
        else wall.replace(tzinfo=original.tzinfo)
    )
