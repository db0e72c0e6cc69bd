"""The calendar of an area: a month in weeks, and the coming meetings in a row."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from meetings.models import Group, GroupMember, Meeting
from meetings.models.series import MeetingQuerySet
from onestop.ui.presentation import shortday
from partners.models import LocalArea
from partners.schedule.holidays import holiday_closings

FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class CalendarDay:
    """One day of the month's table: its meetings, and why the centers are closed, if they are."""

    on: date
    is_in_month: bool
    is_today: bool
    meetings: Sequence[Meeting] = ()
    closed: str = ""

    @property
    def label(self) -> str:
        """The day as the table shows it: its number, with the month where it begins."""
        return f"{self.on:%b} {self.on.day}" if self.on.day == 1 or not self.is_in_month else str(self.on.day)


@dataclass(frozen=True)
class Month:
    """A month as weeks from Sunday to Saturday, with the days of its neighbors that fill them."""

    first: date
    weeks: Sequence[Sequence[CalendarDay]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The month in words: "December 2026"."""
        return f"{self.first:%B %Y}"

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return self.first - relativedelta(months=1)

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return self.first + relativedelta(months=1)

    @property
    def caption(self) -> str:
        """The first and the last day shown."""
        return f"{shortday(self.weeks[0][0].on)} to {shortday(self.weeks[-1][-1].on)}"


def month_of(area: LocalArea, meetings: MeetingQuerySet, first: date, *, today: date) -> Month:
    """Return a month of an area with these meetings in it; two queries."""
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    days = [day for week in weeks for day in week]
    by_day: dict[date, list[Meeting]] = defaultdict(list)
    begins = datetime.combine(days[0], time.min, area.zone)
    ends = datetime.combine(days[-1] + timedelta(days=1), time.min, area.zone)
    for meeting in meetings.between(begins, ends).select_related("group", "series").order_by("starts_at", "pk"):
        by_day[meeting.starts_at.astimezone(area.zone).date()].append(meeting)
    closed = {each.first_on: each.reason for each in holiday_closings(area.pk, days[0], days[-1])}
    return Month(
        first,
        [
            [
                CalendarDay(day, day.month == first.month, day == today, by_day.get(day, ()), closed.get(day, ""))
                for day in week
            ]
            for week in weeks
        ],
    )


def calendar_rows(area: LocalArea, user: Any) -> MeetingQuerySet:
    """Return the meetings of an area's groups that a person may see, also canceled ones; one query for the groups.

    With their ids at hand, PostgreSQL looks the meetings up by group. Otherwise it reads those of all areas by day.
    """
    groups = list(Group.objects.visible_to(user).of(area).values_list("pk", flat=True))
    return Meeting.objects.filter(group__in=groups, series__archived_at=None)


def of_member(rows: MeetingQuerySet, user: Any) -> MeetingQuerySet:
    """Return those of groups to which a person belongs."""
    own = GroupMember.objects.current().filter(user=user.pk)
    return rows.filter(group__in=own.values("group"))


def month_asked(asked: str, today: date) -> date:
    """Return the first day of the month that a page asks for ("2026-12"), or of this month."""
    try:
        first = datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007 -- a month has no zone
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_MONTH <= first <= LAST_MONTH else today.replace(day=1)
