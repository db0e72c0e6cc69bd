"""Move, cancel and restore one meeting, change its place, and add an extra one to a series."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings import recurrence
from meetings.groups.groups import demand_no_personal_data
from meetings.models import DETAILS, Meeting, Series
from meetings.models.series import time_of_day
from meetings.scheduling.locking import CannotPlan, demand_current, lock_meeting, lock_series
from meetings.scheduling.making import WAITS
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded

FACTS = ("starts", *DETAILS)  # ``starts`` is naive wall-clock time in the zone of the series


@recorded
def update_meeting(
    meeting: Meeting, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Meeting:
    """Move one meeting, or change its title, length or place; the others of its series stay as they are.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPlan: if it was canceled or has begun, or would be moved into the past.
    """
    meeting = lock_meeting(meeting)
    demand_version(meeting, (), version)
    _demand_open(meeting, at)
    changed = set(meeting.changed)
    for name in DETAILS:
        if name in facts and getattr(meeting, name) != facts[name]:
            setattr(meeting, name, facts[name])
            changed.add(name)
    if "starts" in facts and facts["starts"] != meeting.local_start.replace(tzinfo=None):
        meeting.starts_at = instant_of(meeting.series, facts["starts"], at)
        meeting.is_by_rule = False
        changed.add("starts_at")
    if meeting.group.is_support_team:
        demand_no_personal_data(meeting.title, meeting.place)
    meeting.set_start(meeting.starts_at)
    meeting.changed = sorted(changed)
    _note_update(meeting, at)
    meeting.save()
    return meeting


@recorded
def cancel_meeting(meeting: Meeting, *, reason: str, by: User | None, at: datetime) -> None:
    """Cancel one meeting; its series goes on.

    :raises CannotPlan: if it has begun, or was held.
    """
    meeting = lock_meeting(meeting)
    if meeting.is_canceled:
        return
    _demand_open(meeting, at)
    meeting.status, meeting.reason, meeting.is_by_rule = Meeting.Status.CANCELED, reason, False
    _note_update(meeting, at)
    meeting.save(update_fields=["status", "reason", "is_by_rule", "update_due_at"])


@recorded
def restore_meeting(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """Let a canceled meeting take place all the same.

    :raises CannotPlan: if its time is over.
    """
    meeting = lock_meeting(meeting)
    if not meeting.is_canceled:
        return
    demand_current(meeting.series)
    if meeting.has_begun(at):
        raise CannotPlan(_("The time of this meeting is over."))
    meeting.status, meeting.reason, meeting.is_by_rule = Meeting.Status.PLANNED, "", False
    _note_update(meeting, at)
    meeting.save(update_fields=["status", "reason", "is_by_rule", "update_due_at"])


@recorded
def add_extra(series: Series, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Meeting:
    """Add a meeting that the rule does not make.

    :raises CannotPlan: if it is in the past, or the series meets at that time already.
    """
    series = lock_series(series)
    demand_current(series)
    starts = facts["starts"]
    starts_at = instant_of(series, starts, at)
    if series.meetings.filter(original_on=starts.date(), original_at=time_of_day(starts)).exists():
        raise CannotPlan(_("This series meets at that time already."), field="starts")
    details = {name: facts.get(name, getattr(series, name)) for name in DETAILS}
    if series.group.is_support_team:
        demand_no_personal_data(details["title"], details["place"])
    changed = sorted(name for name in DETAILS if details[name] != getattr(series, name))
    meeting = Meeting(
        series=series, group=series.group, original_on=starts.date(), original_at=time_of_day(starts),
        is_extra=True, changed=changed, **details,
    )  # fmt: skip
    meeting.set_start(starts_at)
    _note_update(meeting, at)
    meeting.save()
    return meeting


def instant_of(series: Series, starts: datetime, at: datetime) -> datetime:
    """Return the instant of a wall-clock time of a series.

    :raises CannotPlan: if that time does not exist, or is in the past.
    """
    for problem in recurrence.problems_of("", starts, series.zone_info):
        if problem.code == "clock_change":
            raise CannotPlan(problem.text, field="starts")
    instant = starts.replace(tzinfo=series.zone_info)
    if instant <= at:
        raise CannotPlan(_("This time is in the past. Choose a later one."), field="starts")
    return instant


def _demand_open(meeting: Meeting, at: datetime) -> None:
    demand_current(meeting.series)
    if meeting.is_canceled:
        raise CannotPlan(_("This meeting was canceled. Restore it first."))
    if meeting.status == Meeting.Status.HELD or meeting.has_begun(at):
        raise CannotPlan(_("This meeting has begun or is over."))
    if not Meeting.objects.not_opened().filter(pk=meeting.pk).exists():
        raise CannotPlan(_("This meeting is open. It can no longer be changed or canceled."))


def _note_update(meeting: Meeting, at: datetime) -> None:
    """Have the change mailed in ten minutes, together with what else changes until then."""
    if meeting.series.invites:
        meeting.update_due_at = min(meeting.update_due_at or at + WAITS, at + WAITS)
