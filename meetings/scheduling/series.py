"""Plan a series, change it for all meetings or from one on, end and remove it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from meetings import recurrence
from meetings.groups.groups import demand_current as demand_current_group
from meetings.groups.groups import demand_no_personal_data, lock_group
from meetings.models import DETAILS, Group, Meeting, Series
from meetings.scheduling.locking import CannotPlan, demand_current, lock_series
from meetings.scheduling.making import WAITS, make_meetings, withdraw
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday

# What decides when the meetings are; a change of it leaves the past as it was.
SCHEDULE = ("rule", "first_on", "starts", "until_on", "count", "when_closed")
FACTS = (*DETAILS, *SCHEDULE, "note", "invites", "kind")
MAILBOX_LENGTH = 20
MAILBOX_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # small letters: mail servers may change the case of an address


# ---------------------------------------------------------------- Planning
@recorded
def plan_series(
    group: Group, *, facts: Mapping[str, Any], zone: ZoneInfo | None = None, by: User | None, at: datetime
) -> Series:
    """Plan a series, or a single meeting if it has no rule, and make its meetings. Invitations follow in ten minutes.

    :raises CannotPlan: if the rule yields nothing, a time does not exist, or the first meeting is in the past.
    :raises CannotKeepGroup: if the group is archived, or a support team names a person.
    """
    group = lock_group(group)
    demand_current_group(group)
    series = _new(group, facts, zone or group.zone)
    _check(series, at)
    series.update_due_at = at + WAITS if series.invites else None
    series.save()
    make_meetings(series, at=at)
    return series


def _new(group: Group, facts: Mapping[str, Any], zone: ZoneInfo) -> Series:
    token = get_random_string(MAILBOX_LENGTH, MAILBOX_LETTERS)
    own = {name: facts[name] for name in FACTS if name in facts}
    return Series(group=group, zone=zone.key, uid=f"{get_random_string(32)}@meetings", token=token, **own)


def _check(series: Series, at: datetime, *, may_be_past: bool = False) -> None:
    """Refuse a schedule that cannot be kept.

    :raises CannotPlan: with the field and what to do.
    """
    if series.group.is_support_team:
        demand_no_personal_data(series.title, series.note)
    for problem in recurrence.problems_of(series.full_rule, series.start, series.zone_info):
        if problem.code in REFUSED:
            raise CannotPlan(problem.text, field=REFUSED[problem.code])
    if not may_be_past and series.start.replace(tzinfo=series.zone_info) <= at:
        raise CannotPlan(_("This time is in the past. Choose a later one."), field="first_on")


REFUSED = {"empty": "first_on", "start": "first_on", "clock_change": "starts"}


# ---------------------------------------------------------------- Changing
@recorded
def update_series(
    series: Series,
    *,
    facts: Mapping[str, Any],
    since: Meeting | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Series:
    """Change a series: for all meetings that have not begun, or from ``since`` on ("this and following").

    Title, place, length and note change in place, except where a meeting was changed by itself. If rule or time
    change after a meeting has begun, or from a later meeting on, this series ends and another one continues it.
    Returns the series that goes on.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPlan: if the schedule cannot be kept, or the series was removed or has ended.
    """
    series = lock_series(series)
    demand_version(series, (), version)
    demand_current(series)
    facts = {name: facts[name] for name in FACTS if name in facts}
    planned = _coming(series, at).filter(status=Meeting.Status.PLANNED)
    if since is not None:
        return _split(series, facts, since, at)
    if not any(getattr(series, name) != facts[name] for name in SCHEDULE if name in facts):
        _change_details(series, facts, planned, at)
        return series
    first = planned.first()
    if series.meetings.filter(Q(starts_at__lte=at) | Q(record__opened_at__isnull=False)).exists():
        if first is None:
            raise CannotPlan(_("All meetings of this series are over. Plan a new one."))
        return _split(series, facts, first, at)
    apply_facts(series, facts)
    _check(series, at)
    _reschedule(series, at)
    return series


def _change_details(series: Series, facts: Mapping[str, Any], planned: Iterable[Meeting], at: datetime) -> None:
    names = apply_facts(series, facts)
    if not names:
        return
    _check(series, at, may_be_past=True)
    for meeting in planned:
        mine = [name for name in names if name in DETAILS and name not in meeting.changed]
        for name in mine:
            setattr(meeting, name, facts[name])
        if mine:
            meeting.set_start(meeting.starts_at)
            meeting.save(update_fields=[*mine, "ends_at"])
    _note_update(series, at)
    series.save()


def _reschedule(series: Series, at: datetime) -> None:
    """Make the meetings of a series anew, of which none has begun; those that stay where they were keep everything."""
    starts = recurrence.occurrences(series.full_rule, series.start, series.zone_info, series.known_until or at.date())
    kept = {start.replace(tzinfo=None) for start in starts}
    planned = series.meetings.not_opened().filter(is_extra=False).order_by("starts_at")
    withdraw(
        [each for each in planned if each.original not in kept or each.is_by_rule],
        reason=_("The schedule of the series changed."),
    )
    series.timed_sequence = series.sequence + 1
    _note_update(series, at)
    series.save()
    make_meetings(series, at=at)


def _split(series: Series, facts: Mapping[str, Any], since: Meeting, at: datetime) -> Series:
    """End a series before a meeting, and let another one continue it from there on."""
    since = Meeting.objects.get(pk=since.pk)
    if since.series_id != series.pk or not _coming(series, at).filter(pk=since.pk).exists():
        raise CannotPlan(_("This meeting has begun or is over. Choose a later one."))
    following = _new(series.group, {**_facts_of(series), **facts}, series.zone_info)
    if "first_on" not in facts or facts["first_on"] == series.first_on:
        following.first_on = since.original_on
        following.count = _left(series, since)
    following.continues = series
    _check(following, at)
    is_first = not series.meetings.filter(original_on__lt=since.original_on).exists()
    if is_first and not series.sequence:  # nobody was told of it: the same series goes on
        apply_facts(series, {name: getattr(following, name) for name in FACTS})
        _reschedule(series, at)
        return series
    end_before(series, since.original_on, at=at)
    following.update_due_at = at + WAITS if following.invites else None
    following.save()
    make_meetings(following, at=at)
    return following


def _facts_of(series: Series) -> dict[str, Any]:
    return {name: getattr(series, name) for name in FACTS}


def _left(series: Series, since: Meeting) -> int | None:
    """Return how many meetings of a counted series are left from one of them on."""
    if not series.count:
        return None
    before = series.meetings.filter(is_extra=False, original_on__lt=since.original_on).count()
    return max(1, series.count - before)


def _coming(series: Series, at: datetime) -> QuerySet[Meeting]:
    """Return the meetings of a series that have not begun, and that nobody has opened, the next one first."""
    return series.meetings.not_opened().filter(starts_at__gt=at).order_by("starts_at")


def end_before(series: Series, day: date, *, at: datetime) -> None:
    """Let a locked series end before a day: what it planned from then on is withdrawn."""
    coming = _coming(series, at).filter(original_on__gte=day)
    withdraw(coming.exclude(status=Meeting.Status.HELD), reason=_("The series ended."))
    series.until_on, series.count = max(series.first_on, day - timedelta(days=1)), None
    _note_update(series, at)
    series.save(update_fields=["until_on", "count", "update_due_at"])


@recorded
def end_series(series: Series, *, last_on: date, by: User | None, at: datetime) -> None:
    """End a series after a day; the members are told.

    :raises CannotPlan: if it has no rule or was removed, or the day is before its first one.
    """
    series = lock_series(series)
    demand_current(series)
    if not series.rule:
        raise CannotPlan(_("This is a single meeting. Cancel it instead."))
    if last_on < series.first_on:
        words = _("The series begins on %(day)s. Enter that day or a later one.")
        raise CannotPlan(words % {"day": shortday(series.first_on)}, field="last_on")
    end_before(series, last_on + timedelta(days=1), at=at)


@recorded
def remove_series(series: Series, *, by: User | None, at: datetime) -> None:
    """Remove a series that was planned by mistake; those who were told of it get a cancellation.

    :raises CannotPlan: if a meeting of it was held.
    """
    series = lock_series(series)
    if series.is_archived:
        return
    recorded_at = Q(status=Meeting.Status.HELD) | Q(record__opened_at__isnull=False)
    if series.meetings.filter(recorded_at).exists():
        raise CannotPlan(_("A meeting of this series was held. End the series instead."))
    series.archived_at = at
    series.update_due_at = at + WAITS if series.sequence else None
    series.save(update_fields=["archived_at", "update_due_at"])


@recorded
def restore_series(series: Series, *, by: User | None, at: datetime) -> None:
    """Restore a removed series; those who were told that it is canceled are invited again."""
    series = lock_series(series)
    if series.is_archived:
        demand_current_group(series.group)
        series.archived_at = None
        _note_update(series, at)
        series.save(update_fields=["archived_at", "update_due_at"])
        make_meetings(series, at=at)


def _note_update(series: Series, at: datetime) -> None:
    """Have the change mailed in ten minutes, together with what else changes until then; one never invited is not."""
    if series.invites:
        series.update_due_at = series.update_due_at or at + WAITS


# ---------------------------------------------------------------- What it says
@dataclass(frozen=True)
class Preview:
    """A schedule before it is saved: in words, its first meetings, and what speaks against it."""

    words: str
    starts: list[datetime]
    problems: list[recurrence.Problem]


def preview_of(series: Series, *, most: int = 6) -> Preview:
    """Return what a schedule comes to; no query."""
    problems = recurrence.problems_of(series.full_rule, series.start, series.zone_info)
    until = series.first_on + timedelta(days=366 * 5)
    starts = recurrence.occurrences(series.full_rule, series.start, series.zone_info, until)
    return Preview(series.schedule, starts[:most], problems)


def starts_until(series: Series, until: datetime) -> list[datetime]:
    """Return when the meetings of a schedule begin, up to an instant; no query."""
    return recurrence.occurrences(series.full_rule, series.start, series.zone_info, series.local(until).date())


def draft_series(group: Group, facts: Mapping[str, Any]) -> Series:
    """Return a series that is not saved, for a preview."""
    return _new(group, facts, group.zone)
