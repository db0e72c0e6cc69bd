"""What holds of the meetings of the sample, on whatever day it is loaded."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from meetings.models import (
    ActionItem,
    ActionUpdate,
    AgendaItem,
    Attendance,
    GroupMember,
    Meeting,
    MeetingRecord,
    Minutes,
    MinutesCorrection,
    Motion,
)
from meetings.sample.told import read
from onestop.accounts.models import User
from partners.models import LocalArea, Representative, Tenure
from partners.sample.area_story import begin_story


def broken_rules(area: LocalArea, today: date) -> list[str]:
    """Return what does not hold, in words."""
    now = begin_story(area, today=today).at(today)
    rules = (_records, _quorum, _votes, _minutes, _actions, _people)
    found = [words for rule in rules for words in rule(area)]
    dated = {
        MeetingRecord: ("agenda_published_at", "opened_at", "closed_at"), Motion: ("decided_at",), Attendance: ("at",),
        Minutes: ("circulated_at", "approved_at", "published_at"), ActionItem: ("created_at", "closed_at"),
        ActionUpdate: ("at",), MinutesCorrection: ("at", "answered_at"), AgendaItem: ("suggested_at",),
    }  # fmt: skip
    for model, names in dated.items():
        for name in names:
            late = model._default_manager.filter(**{f"{name}__gt": now}).count()
            found += [f"{late} {model.__name__} with {name} after today"] if late else []
    return found


def _held(area: LocalArea) -> Any:
    return Meeting.objects.filter(group__area=area, status="held").select_related("group", "record")


def _records(area: LocalArea) -> Iterator[str]:
    people = Counter(Attendance.objects.there().values_list("meeting", flat=True))
    for meeting in _held(area):
        if not meeting.record.closed_at or not people[meeting.pk]:
            yield f"{meeting} of {meeting.original_on} was not recorded"


def _quorum(area: LocalArea) -> Iterator[str]:
    seats = Counter(Attendance.objects.there().filter(is_voting=True).values_list("meeting", flat=True))
    missed = [meeting for meeting in _held(area) if seats[meeting.pk] < meeting.record.seats_needed]
    if [meeting.group.kind for meeting in missed] != ["one_stop"]:
        yield f"No quorum at {[(str(meeting), meeting.original_on) for meeting in missed]}"
    for motion in Motion.objects.all():
        if motion.meeting in missed or motion.seats_present != seats[motion.meeting_id]:
            yield f"“{motion}” was decided by {motion.seats_present}"


def _votes(area: LocalArea) -> Iterator[str]:
    seats: dict[int, dict[int | None, str]] = defaultdict(dict)
    for row in Attendance.objects.there().filter(is_voting=True):
        seats[row.meeting_id][row.seat_id] = row.name
    for motion in Motion.objects.prefetch_related("votes"):
        there = seats[motion.meeting_id]
        cast = Counter(vote.cast for vote in motion.votes.all())
        if motion.method == "roll" and (cast["yes"], cast["no"], cast["abstain"]) != (
            motion.yes, motion.no, motion.abstain
        ):  # fmt: skip
            yield f"“{motion}” has other votes than {motion.count}"
        if any(there.get(vote.seat_id) != vote.name for vote in motion.votes.all()):
            yield f"Somebody voted on “{motion}” who was not there"
        if there.get(motion.mover_id) != motion.mover_name or there.get(motion.seconder_id) != motion.seconder_name:
            yield f"“{motion}” was moved by somebody who was not there"
        if motion.state in ("carried", "failed") and (motion.yes > motion.no) != (motion.state == "carried"):
            yield f"“{motion}” was {motion.state} with {motion.count}"


def _minutes(area: LocalArea) -> Iterator[str]:
    for row in Minutes.objects.select_related("meeting", "approved_by__meeting"):
        motion = row.approved_by
        if motion is None:
            continue
        if motion.approves_id != row.pk or motion.meeting.group_id != row.meeting.group_id:
            yield f"The minutes of {row.meeting.original_on} were approved by a motion on something else"
        if motion.meeting.starts_at <= row.meeting.starts_at or row.approved_at != motion.decided_at:
            yield f"The minutes of {row.meeting.original_on} were approved too early"
    last = {meeting.group_id: meeting.pk for meeting in _held(area).order_by("starts_at")}
    open_ones = Minutes.objects.filter(approved_by=None).exclude(meeting__in=last.values())
    yield from (f"The minutes of {row.meeting.original_on} were never approved" for row in open_ones)


def _actions(area: LocalArea) -> Iterator[str]:
    for action in ActionItem.objects.select_related("meeting"):
        if action.meeting is None or action.due_on < action.meeting.local_start.date():
            yield f"“{action}” was due before it was decided"


def _people(area: LocalArea) -> Iterator[str]:
    """Say who is named that nobody knows: all are members, staff, representatives, or named in the files."""
    known = set(GroupMember.objects.values_list("name", flat=True)) | set(User.objects.values_list("name", flat=True))
    known |= set(Tenure.objects.current().filter(office__area=area).values_list("name", flat=True))
    known |= set(Representative.objects.filter(partnership__area=area).values_list("name", flat=True))
    named = set(Attendance.objects.there().exclude(seat=None, member=None).values_list("name", flat=True))
    named |= set(ActionItem.objects.exclude(name="").values_list("name", flat=True))
    named |= set(AgendaItem.objects.exclude(owner_name="").values_list("owner_name", flat=True))
    before = {name for _seat, name, _until in read("board")["before"]}
    yield from (f"Nobody knows {name}" for name in sorted(named - known - before))
    if Attendance.objects.exclude(partnership__area=area).exclude(partnership=None).exists():
        yield "A partner of another area came"
    if outside := [name for name in User.objects.values_list("email", flat=True) if not name.endswith(".example")]:
        yield f"Addresses that could be real: {outside}"
