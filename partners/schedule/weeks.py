"""Which partners are in which One-Stop center: the week of an area, who is there now, how many hours a week.

The schedule (``Presence``) plans hours; absences and closings (``Absence``) cancel them. All days and times are in the
time zone of the area. ``partners.schedule.presences`` holds the verbs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.presentation import clock, shortday
from onestop.ui.written_queries import written_once
from partners.models import Absence, Center, LocalArea, Partnership, Presence, Rhythm
from partners.models.presences import PresenceQuerySet
from partners.schedule.closings import Closing, Closings
from partners.schedule.holidays import holiday_closings

WORKDAYS = 5


@dataclass(frozen=True)
class OnSite:
    """A partner in a center on a day, with start and end."""

    partnership_id: int
    center_id: int
    starts_at: time
    ends_at: time
    presence: Presence

    def is_there(self, at: time) -> bool:
        """Whether the partner is there at a time of the day."""
        return self.starts_at <= at < self.ends_at


def on_site_today(
    area: LocalArea, day: date, at: time | None = None, *, presences: PresenceQuerySet | None = None
) -> list[OnSite]:
    """Return the partners in person in the centers of an area on a day, by start; three queries.

    Absent partners, closed centers and remote partners are left out. With ``at``, a time of that day in the area, those
    who have left by then are left out too; ``is_there(at)`` tells who has arrived.
    """
    rows = (Presence.objects.all() if presences is None else presences).in_use().on(day)
    rows = rows.in_person().filter(center__area=area)
    if at is not None:
        rows = rows.filter(ends_at__gt=at)
    rows = rows.select_related("partnership__organization", "center").order_by("starts_at", "pk")
    absences = Absence.objects.current().in_area(area).touching(day, day)
    return on_site_among(rows, [*absences, *holiday_closings(area.pk, day, day)], day)


def on_site_among(presences: Iterable[Presence], absences: Iterable[Absence], day: date) -> list[OnSite]:
    """Return which of these presences of a day take place, given all absences and closings of that day."""
    absences = list(absences)
    closings = Closings(absences)
    return [
        OnSite(row.partnership_id, row.center_id, row.starts_at, row.ends_at, row)
        for row in presences
        if not closings.on(row.center_id, day) and not any(absence.covers(row, day) for absence in absences)
    ]


def still_to_come(area: LocalArea, at: datetime) -> list[Presence]:
    """Return the hours in an area's centers that are under way or still to come on the day of ``at``."""
    local = at.astimezone(area.zone)
    return [one.presence for one in on_site_today(area, local.date(), local.time())]


# ---------------------------------------------------------------- A week
@dataclass(frozen=True)
class Slot:
    """Hours of a partner in a center on one day, and the absence or closing that cancels them, if any."""

    presence: Presence
    day: date
    absence: Absence | None

    @property
    def in_short(self) -> str:
        """Start and end as short as possible, for print: "8:30 AM to 4 PM"."""
        start, end = (clock(time_).replace(":00", "") for time_ in (self.presence.starts_at, self.presence.ends_at))
        return _("%(start)s to %(end)s") % {"start": start, "end": end}

    @property
    def is_away(self) -> bool:
        """Whether an absence cancels these hours."""
        return self.absence is not None


@dataclass(frozen=True)
class Day:
    """A column of the week."""

    date: date
    is_today: bool


@dataclass(frozen=True)
class Cell:
    """One row on one day: hours, or a closing."""

    day: Day
    slots: list[Slot]
    closing: Closing | None = None


@dataclass(frozen=True)
class Row:
    """A row of the week: a center, or a partner in one center."""

    thing: Center | Partnership
    cells: list[Cell]

    @property
    def phones(self) -> list[str]:
        """The phone numbers of the partners on site, or of their offices."""
        hours = [slot.presence for cell in self.cells for slot in cell.slots]
        numbers = [one.phone or one.partnership.contact_phone for one in hours]
        return list(dict.fromkeys(number for number in numbers if number))

    @property
    def who(self) -> str:
        """Who is on site, if it is the same on each day; otherwise blank."""
        return self._alike("who")

    @property
    def desk(self) -> str:
        """The location in the building, if it is the same on each day; otherwise blank."""
        return self._alike("desk")

    def _alike(self, name: str) -> str:
        values = {getattr(slot.presence, name) for cell in self.cells for slot in cell.slots}
        return str(values.pop()) if len(values) == 1 else ""

    @property
    def is_empty(self) -> bool:
        """Whether the row has no hours in this week."""
        return not any(cell.slots for cell in self.cells)


@dataclass(frozen=True)
class Week:
    """A week of presences: Monday to Friday, and the days of the weekend that have hours."""

    first: date
    days: list[Day]
    slots: list[Slot]
    closings: Closings

    @property
    def title(self) -> str:
        """The first day in words."""
        return shortday(self.first)

    @property
    def last(self) -> date:
        """The last day, a Sunday."""
        return self.first + timedelta(days=6)

    def by_center(self, centers: Iterable[Center]) -> list[Row]:
        """Return a row for each of these centers, with all partners there."""
        return [self._row(center, [slot for slot in self.slots if slot.presence.center_id == center.pk], center)
                for center in centers]  # fmt: skip

    def by_partner(self, center: Center) -> list[Row]:
        """Return a row for each partner in the center, by name."""
        here = [slot for slot in self.slots if slot.presence.center_id == center.pk]
        partners = {slot.presence.partnership_id: slot.presence.partnership for slot in here}
        named = sorted(partners.values(), key=lambda partner: partner.organization.name.lower())
        return [self._row(one, [slot for slot in here if slot.presence.partnership_id == one.pk], center)
                for one in named]  # fmt: skip

    def agenda(self, rows: Sequence[Row]) -> list[tuple[Day, list[tuple[Row, Cell]]]]:
        """Return the rows day by day, without empty cells, for narrow screens."""
        columns = [(day, [(row, row.cells[number]) for row in rows]) for number, day in enumerate(self.days)]
        return [(day, [pair for pair in pairs if pair[1].slots or pair[1].closing]) for day, pairs in columns]

    def _row(self, thing: Center | Partnership, slots: list[Slot], center: Center) -> Row:
        return Row(thing, [self._cell(day, slots, center) for day in self.days])

    def _cell(self, day: Day, slots: list[Slot], center: Center) -> Cell:
        return Cell(day, [slot for slot in slots if slot.day == day.date], self.closings.on(center.pk, day.date))

    def columns(self, center: Center) -> list[tuple[Day, Closing | None]]:
        """Return the days, each with the closing of a center."""
        return [(day, self.closings.on(center.pk, day.date)) for day in self.days]


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def week_of(area: LocalArea, day: date, *, today: date, presences: PresenceQuerySet | None = None) -> Week:
    """Return the week of an area that contains a day, with hours, absences and holidays; three queries.

    ``presences`` restricts it: to what a person may see, to one partner, to one center.
    """
    first = monday_of(day)
    dates = [first + timedelta(days=number) for number in range(7)]
    rows = (Presence.objects.all() if presences is None else presences).in_use().holding(first, dates[-1])
    rows = rows.filter(center__area=area).select_related("partnership__organization", "center")
    absences = list(Absence.objects.current().in_area(area).touching(first, dates[-1]).order_by("first_on", "pk"))
    absences += holiday_closings(area.pk, first, dates[-1])
    ordered = list(rows.order_by("starts_at", "ends_at", Lower("partnership__organization__name"), "pk"))
    slots = [
        Slot(row, date_, next((absence for absence in absences if absence.covers(row, date_)), None))
        for date_ in dates
        for row in ordered
        if row.falls_on(date_)
    ]
    used = {slot.day for slot in slots}
    days = [Day(date_, date_ == today) for n, date_ in enumerate(dates) if n < WORKDAYS or date_ in used]
    return Week(first, days, slots, Closings(absences))


def coming_absences(area: LocalArea, today: date) -> list[Absence]:
    """Return the absences and closings of an area that are not over, soonest first."""
    return _coming_absences(area.pk, today).objects()


@written_once
def _coming_absences(area: int, today: date) -> QuerySet[Absence]:
    rows = Absence.objects.current().in_area(area).coming(today)
    rows = rows.filter(partnership__archived_at=None, center__archived_at=None)
    return rows.select_related("partnership__organization", "center").order_by("first_on", "pk")


# ---------------------------------------------------------------- Hours a week
def hours_in_words(presences: Iterable[Presence]) -> str:
    """Return the total hours: "24 hours a week, 3 hours a month", or blank."""
    known = list(presences)
    here, remote = ([one for one in known if one.is_remote is far] for far in (False, True))
    parts = [_in_words(here)] if here else []
    if remote:
        parts.append(_("%(hours)s by video or phone") % {"hours": _in_words(remote)})
    return "; ".join(parts)


def _in_words(presences: list[Presence]) -> str:
    weekly = sum(one.hours for one in presences if one.rhythm == Rhythm.WEEKLY)
    monthly = sum(one.hours for one in presences if one.rhythm != Rhythm.WEEKLY)
    parts = []
    if weekly:
        words = ngettext("%(number)s hour a week", "%(number)s hours a week", _plural(weekly))
        parts.append(words % {"number": f"{weekly:.4g}"})
    if monthly:
        words = ngettext("%(number)s hour a month", "%(number)s hours a month", _plural(monthly))
        parts.append(words % {"number": f"{monthly:.4g}"})
    return ", ".join(parts)


def _plural(number: float) -> int:
    """Return a whole number with the same plural form: gettext takes no fractions."""
    return int(number) if number == int(number) else 2
