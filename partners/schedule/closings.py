"""On which days a center is closed, and why: by a closing of its own, or by a holiday of its area.

``closing_on`` answers for one center and day, ``Closings`` for many. Everything that says who is on site asks here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from partners.models import Absence, Center, LocalArea
from partners.schedule.holidays import holiday_closings


@dataclass(frozen=True)
class Closing:
    """A day on which a center is closed, and why; the reason may be blank."""

    center_id: int
    day: date
    reason: str


class Closings:
    """The closed days of centers, from the recorded closings; no queries. One without a center is of all centers."""

    def __init__(self, recorded: Iterable[Absence]) -> None:
        self._recorded: dict[int | None, list[Absence]] = defaultdict(list)
        for absence in recorded:
            if absence.is_closing:
                self._recorded[absence.center_id].append(absence)

    def on(self, center_id: int, day: date) -> Closing | None:
        """Return the closing of a center on a day, or None if it is open."""
        those = (*self._recorded.get(center_id, ()), *self._recorded.get(None, ()))
        found = next((one for one in those if one.covers_day(day)), None)
        return Closing(center_id, day, found.reason) if found else None


def closing_on(center: Center, day: date) -> Closing | None:
    """Return whether a center is closed on a day, and why; None if it is open."""
    return closings_in(center.area, day, day).on(center.pk, day)


def closings_in(area: LocalArea, first: date, last: date) -> Closings:
    """Return the closed days of an area's centers in a range of days; two queries."""
    recorded = Absence.objects.current().filter(partnership=None).in_area(area).touching(first, last)
    return Closings([*recorded, *holiday_closings(area.pk, first, last)])


def coming_closings(area: LocalArea, today: date) -> list[Absence]:
    """Return the closings of an area's centers that are not over, soonest first; one query."""
    rows = Absence.objects.current().filter(partnership=None, center__archived_at=None).in_area(area).coming(today)
    return list(rows.order_by("first_on", "pk"))


def closed_on(area: LocalArea, day: date) -> list[tuple[Center, Closing]]:
    """Return the current centers of an area that are closed on a day, by name; three queries."""
    absences = Absence.objects.current().filter(partnership=None).in_area(area).touching(day, day)
    closed = [*absences, *holiday_closings(area.pk, day, day)]
    return closed_among(Center.objects.current().filter(area=area), closed, day)


def closed_among(centers: Iterable[Center], absences: Iterable[Absence], day: date) -> list[tuple[Center, Closing]]:
    """Return which of these centers are closed on a day, by name, given all closings of that day."""
    closings = Closings(absences)
    named = sorted(centers, key=lambda center: (center.name.casefold(), center.pk))
    found = ((center, closings.on(center.pk, day)) for center in named)
    return [(center, closing) for center, closing in found if closing]
