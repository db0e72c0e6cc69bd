"""The share of seats that groups filled over a year, for lists of groups."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from meetings.models import Attendance, Group
from meetings.turnout.reading import held_meetings, since_months

MONTHS = 12


def shares_of(groups: Collection[Group], *, at: datetime) -> dict[int, int]:
    """Return the share of seats on the rolls of the last year that were filled, in percent, by group; one query."""
    held = held_meetings(groups, since=since_months(MONTHS, at=at), at=at)
    rows = Attendance.objects.filter(meeting__in=held.order_by().values("pk"), seat__isnull=False)
    there = Count("pk", filter=Q(presence__in=Attendance.THERE))
    counted = rows.order_by().values("meeting__group").annotate(all=Count("pk"), there=there)
    return {row["meeting__group"]: round(100 * row["there"] / row["all"]) for row in counted}
