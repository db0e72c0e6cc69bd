"""Make the meetings of a series ahead of time, by its rule and the closed days of its area."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import ProtectedError, Q
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from meetings.models import DETAILS, Meeting, Series
from meetings.models.series import time_of_day
from meetings.recurrence import occurrences, shift_for_closed
from meetings.scheduling.closed_days import closed_days
from meetings.scheduling.locking import lock_series
from onestop.history.tracking import recorded

HORIZON = relativedelta(months=18)
SLACK = timedelta(days=30)  # how much less than the horizon may be known before the task makes more
TOLD_BEFORE = timedelta(days=60)  # when a meeting that the portal skipped or moved is told of by itself
SATURDAY = 5
WAITS = timedelta(minutes=10)  # several edits within it make one mail


def horizon_of(series: Series, at: datetime) -> date:
    """Return up to which day the meetings of a series are made."""
    return series.local(at).date() + HORIZON


def make_meetings(series: Series, *, at: datetime) -> list[Meeting]:
    """Make the meetings of a locked series that are not known yet, up to the horizon; return them. Three queries."""
    until = horizon_of(series, at)
    known = set(series.meetings.values_list("original_on", "original_at"))
    starts = occurrences(series.full_rule, series.start, series.zone_info, until)
    made = []
    if any((start.date(), time_of_day(start)) not in known for start in starts):
        made = [row for row in _rows(series, starts, at) if (row.original_on, row.original_at) not in known]
    Meeting.objects.bulk_create(made)
    series.known_until = until
    series.save(update_fields=["known_until"])
    return made


def _rows(series: Series, starts: list[datetime], at: datetime) -> Iterator[Meeting]:
    closed = closed_days(series.group, series.room, starts[0].date(), starts[-1].date() + timedelta(days=14))
    # Who meets on Saturdays means it.
    weekdays_only = all(start.weekday() < SATURDAY for start in starts)
    manner: Any = series.when_closed
    for shifted in shift_for_closed(starts, closed, manner, weekend_closed=weekdays_only):
        original = shifted.original
        row = Meeting(
            series=series, group=series.group, original_on=original.date(), original_at=time_of_day(original),
            **{name: getattr(series, name) for name in DETAILS},
        )  # fmt: skip
        row.set_start(shifted.moved or original)
        if shifted.moved != original:
            row.is_by_rule, row.reason = True, _closed_words(closed.get(original.date(), ""))
            if shifted.moved is None:
                row.status = Meeting.Status.CANCELED
            if series.invites:
                row.update_due_at = max(at + WAITS, row.starts_at - TOLD_BEFORE)
        yield row


def _closed_words(reason: str) -> str:
    return (_("Closed: %(reason)s") % {"reason": reason})[:300] if reason else _("The centers are closed.")


def withdraw(meetings: Iterable[Meeting], *, reason: str) -> None:
    """Take meetings out of a locked series: those with answers or anything else stay on record as canceled."""
    for meeting in meetings:
        try:
            with atomic():
                meeting.delete()
        except ProtectedError:
            meeting.status, meeting.reason, meeting.update_due_at = Meeting.Status.CANCELED, reason, None
            meeting.save(update_fields=["status", "reason", "update_due_at"])


@recorded
def make_meetings_of(series: Series, *, by: None = None, at: datetime) -> int:
    """Make the meetings of one series in a transaction of its own; return how many."""
    locked = lock_series(series)
    return 0 if locked.is_archived else len(make_meetings(locked, at=at))


def make_all(*, at: datetime) -> int:
    """Make the meetings of all series that are known for less than the horizon; return how many. Runs once a day."""
    wanted = at.date() + HORIZON - SLACK
    running = Series.objects.running_on(at.date()).exclude(rule="").filter(group__archived_at=None)
    due = running.filter(Q(known_until=None) | Q(known_until__lt=wanted))
    return sum(make_meetings_of(series, at=at) for series in due.order_by("pk").iterator(chunk_size=500))
