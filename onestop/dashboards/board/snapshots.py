"""The figures of each area, night by night: so that trends are true, and past packets can be made again.

A snapshot holds the figures of the day that has ended, read within hours of its end. A day on which nobody read them
stays without one: figures are never made up afterwards.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from onestop.dashboards.board.figures import VERSION, Before, numbers_of
from onestop.dashboards.board.reading import read_board
from onestop.dashboards.models import AreaSnapshot
from partners.models import LocalArea

WITHIN = timedelta(hours=12)  # after a day has ended
AT_ONCE = 100  # areas of one run of the task; the next one goes on
YEARS = timedelta(days=2 * 366)
COMPARED = timedelta(days=85)  # a figure is compared with the newest snapshot that is older


def take_due(*, at: datetime, most: int = AT_ONCE) -> int:
    """Take the snapshots of areas in which a day has ended; return how many. Run again, it takes only the others."""
    taken = 0
    zones = LocalArea.objects.current().order_by().values_list("time_zone", flat=True).distinct()
    for zone in zones:
        for area in _due_in(zone, at)[: most - taken]:
            taken += take(area, day=_ended_day(area, at), at=at)
    return taken


def _due_in(zone: str, at: datetime) -> Sequence[LocalArea]:
    """Return the areas of a time zone that want a snapshot of the day that has just ended there."""
    areas = LocalArea.objects.current().filter(time_zone=zone).select_related("state")
    first = areas.first()
    if first is None or at.astimezone(first.zone).hour >= WITHIN.seconds // 3600:
        return []
    known = AreaSnapshot.objects.filter(area=OuterRef("pk"), day=_ended_day(first, at))
    return list(areas.filter(~Exists(known)).order_by("pk"))


def _ended_day(area: LocalArea, at: datetime) -> date:
    return at.astimezone(area.zone).date() - timedelta(days=1)


def take(area: LocalArea, *, day: date, at: datetime) -> int:
    """Take the snapshot of one area, unless it has one; return how many were taken: 0 or 1."""
    numbers = numbers_of(read_board(area, day=day, at=at))
    snapshot = AreaSnapshot(area=area, day=day, figures=numbers, version=VERSION, made_at=at)
    # Of two workers the second leaves what the first has written: a snapshot never changes.
    before = AreaSnapshot.objects.filter(area=area, day=day).exists()
    AreaSnapshot.objects.bulk_create([snapshot], ignore_conflicts=True)
    return int(not before)


def history_of(area: LocalArea, day: date) -> list[Before]:
    """Return the last snapshot of each month of two years, up to a day, the oldest first; one query."""
    rows = AreaSnapshot.objects.until(area, day).filter(day__gt=day - YEARS)
    months: dict[tuple[int, int], Before] = {}
    for taken, figures in rows.values_list("day", "figures"):
        months.setdefault((taken.year, taken.month), Before(taken, figures))
    return sorted(months.values(), key=lambda before: before.day)


def before_of(history: Sequence[Before], day: date) -> Before | None:
    """Return with which earlier figures those of a day are compared: the newest ones that are three months old."""
    known = [before for before in history if before.day <= day - COMPARED]
    return known[-1] if known else None
