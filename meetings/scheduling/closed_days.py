"""On which days the centers of a group's area are closed."""

from collections.abc import Iterable
from datetime import date, timedelta

from meetings.models import Group
from partners.models import Absence, Room
from partners.schedule.holidays import holiday_closings


def closed_days(group: Group, room: Room | None, first: date, last: date) -> dict[date, str]:
    """Return the days in a range on which nobody is there, with the reason; two queries.

    These are the holidays of the area on which centers close and, for a meeting in a room of a center, the days on
    which that center is closed. A group of a whole state has no calendar of its own.
    """
    if group.area_id is None:
        return {}
    recorded = holiday_closings(group.area_id, first, last)
    if room and room.center_id:
        closings = Absence.objects.current().filter(partnership=None, center=room.center_id)
        recorded = [*recorded, *closings.touching(first, last)]
    return dict(_days_of(recorded, first, last))


def _days_of(closings: Iterable[Absence], first: date, last: date) -> Iterable[tuple[date, str]]:
    for closing in closings:
        day, until = max(closing.first_on, first), min(closing.last_on, last)
        while day <= until:
            yield day, closing.reason
            day += timedelta(days=1)
