"""The series of the sample: meetings held for two years, some of them moved or canceled, and those to come."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from meetings.models import Group, Meeting, Series
from meetings.recurrence import occurrences
from meetings.sample.groups import BEGUN, Plan
from meetings.scheduling import making
from meetings.scheduling.series import plan_series
from partners.models import Room
from partners.sample.area_story import AreaStory
from partners.sample.calendars import OPEN
from partners.sample.story import dice
from partners.schedule.holidays import holidays_of

SNOW, FEW = "Snow: the centers closed at noon.", "Fewer than half could come."
WINTER = (12, 1, 2, 3)
SATURDAY = 5
LINK = "https://video.riverbend.example/room"


def load(story: AreaStory, groups: Sequence[tuple[Plan, Group]]) -> list[tuple[Plan, Series]]:
    """Plan each group's series as of two years ago, hold what is past, and make what is ahead."""
    return [(plan, _series(story, plan, group)) for plan, group in groups]


def _series(story: AreaStory, plan: Plan, group: Group) -> Series:
    begun = story.at(story.today - BEGUN)
    room = Room.objects.current().filter(center__area=story.area).order_by("pk").first()
    first = _first_after(plan.rule, datetime.combine(begun.date(), plan.starts), story)
    facts = {
        "title": plan.name, "kind": "training" if group.kind == Group.Kind.CONSORTIUM else "meeting",
        "minutes": plan.minutes, "how": plan.how, "room": None if plan.how == "online" else room,
        "video_link": "" if plan.how == "in_person" else f"{LINK}/{group.pk}", "rule": plan.rule,
        "first_on": first.date(), "starts": plan.starts, "when_closed": Series.Closed.NEXT, "invites": True,
    }  # fmt: skip
    series = plan_series(group, facts=facts, by=story.staff, at=begun)
    if plan.ended:
        series.until_on = story.today - timedelta(days=plan.ended)
        series.save(update_fields=["until_on"])
        series.meetings.filter(original_on__gt=series.until_on).delete()
    now = story.at(story.today)
    making.make_meetings_of(series, at=now)
    series.refresh_from_db()
    series.sequence, series.update_due_at, series.told_words = 1, None, series.schedule[:500]
    series.save(update_fields=["sequence", "update_due_at", "told_words"])
    story.past.add(series, at=begun, by=story.staff)
    made = list(series.meetings.with_place().order_by("original_on"))
    closed = _holidays(story)
    for meeting in made:
        _keep_off(meeting, closed)
        _live(plan, meeting, now)
    told = ["status", "reason", "told_starts_at", "told_where", "told_canceled", "update_due_at"]
    Meeting.objects.bulk_update(made, ["starts_at", "ends_at", "is_by_rule", *told])
    for meeting in made:
        planned_on = max(story.today - BEGUN, meeting.original_on - timedelta(days=540))
        story.past.add(meeting, at=story.at(planned_on), by=story.staff)
    return series


def _first_after(rule: str, window: datetime, story: AreaStory) -> datetime:
    """Return the first day of a rule after a day: the rule is tried from each day of the month."""
    for days in range(1, 40):
        start = window + timedelta(days=days)
        if occurrences(rule, start, story.area.zone, start.date()):
            return start
    raise AssertionError(rule)  # no rule of the sample waits longer than a month for its weekday


def _holidays(story: AreaStory) -> dict[date, str]:
    """Return the holidays of the years before those of which the area has any."""
    years = (story.today.year - 2, story.today.year - 1)
    return {day: name for day, name in holidays_of(story.area.state.code, years).items() if name not in OPEN}


def _keep_off(meeting: Meeting, closed: dict[date, str]) -> None:
    """Move a meeting from a holiday to the next working day."""
    start = meeting.local_start
    if name := closed.get(start.date()):
        while start.date() in closed or start.weekday() >= SATURDAY:
            start = (start.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=start.tzinfo)
        meeting.set_start(start)
        meeting.is_by_rule, meeting.reason = True, f"Closed: {name}"


def _live(plan: Plan, meeting: Meeting, now: datetime) -> None:
    """Hold a meeting of the past, or cancel it; tell of those that are ahead."""
    if meeting.ends_at < now and not meeting.is_canceled:
        if dice(f"snow {plan.name} {meeting.original_on}", 14) == 0:
            meeting.status = Meeting.Status.CANCELED
            meeting.reason = SNOW if meeting.original_on.month in WINTER else FEW
        else:
            meeting.status = Meeting.Status.HELD
    meeting.told_starts_at = None if meeting.is_canceled else meeting.starts_at
    meeting.told_canceled, meeting.told_where, meeting.update_due_at = meeting.is_canceled, meeting.where, None
