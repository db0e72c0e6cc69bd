"""What is told of each group of the sample: the words of its file, its meetings, and who belongs to it."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Group,
    GroupMember,
    GroupSeat,
    Meeting,
    MeetingRecord,
    Series,
)
from meetings.sample.groups import Plan
from partners.network.served_things import served_choices
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

FOLDER = Path(__file__).parent / "riverbend"
IN_FULL = 8  # meetings of a group, from the last one back, of which all was recorded
WITH = ("user", "seat__partnership__organization")
SECOND = timedelta(seconds=1)
Facts = dict[str, Any]


@dataclass(eq=False)
class Held:
    """One meeting that was held; 0 is the number of the last one. Other modules add what they made of it."""

    of: "Told"
    number: int
    meeting: Meeting
    facts: Facts
    record: MeetingRecord = field(init=False)
    roll: list[Attendance] = field(default_factory=list)
    items: list[tuple[AgendaItem, Facts]] = field(default_factory=list)
    actions: dict[int, list[ActionItem]] = field(default_factory=dict)  # by item
    following: Meeting | None = None  # the next one

    @property
    def day(self) -> date:
        """The day on which it was."""
        return self.meeting.local_start.date()

    @property
    def voters(self) -> list[Attendance]:
        """Who filled a voting seat."""
        return [row for row in self.roll if row.was_there and row.is_voting]

    @property
    def has_quorum(self) -> bool:
        """Whether enough seats were filled."""
        return len(self.voters) >= (self.record.seats_needed or 0)

    def after(self, days: int, hour: int = 11) -> datetime:
        """Return a time so many days after it."""
        return self.of.story.at(self.day + timedelta(days=days), hour)


@dataclass(eq=False)
class Told:
    """One group: how it meets, what its file tells of it, its meetings that were held and those to come."""

    story: AreaStory
    plan: Plan
    series: Series
    facts: Facts
    seats: Sequence[GroupSeat]
    members: Sequence[GroupMember]
    before: Sequence[tuple[str, str, int]]  # of the board: part of the name of a seat, who held it, until when
    served: Sequence[tuple[str, str]]  # what work of the area may serve
    held: list[Held] = field(default_factory=list)  # the last one first
    coming: Sequence[Meeting] = ()
    coming_items: list[tuple[AgendaItem, Facts]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time at which the sample is loaded."""
        return self.story.at(self.story.today)

    def on(self, day: date) -> Iterator[GroupMember]:
        """Yield the members of a day."""
        for member in self.members:
            if member.from_on <= day and (member.last_on is None or day <= member.last_on):
                yield member

    @cached_property
    def by_name(self) -> Mapping[str, GroupMember]:
        """The members by name, main ones first."""
        members = sorted(self.members, key=lambda member: member.is_alternate, reverse=True)
        return {member.name: member for member in members}

    def serves(self, words: str) -> str:
        """Return what is served, by a part of its name; empty if there is no such thing."""
        return next((code for code, name in self.served if words and words in name), "")


def read(name: str) -> Facts:
    """Return the data of a file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def gather(story: AreaStory, planned: Sequence[tuple[Plan, Series]]) -> list[Told]:
    """Return what is told of each group, with its members and meetings."""
    groups = [series.group_id for _plan, series in planned]
    seats: dict[int, list[GroupSeat]] = defaultdict(list)
    for seat in GroupSeat.objects.current().filter(group__in=groups).select_related("partnership__organization"):
        seats[seat.group_id].append(seat)
    members: dict[int, list[GroupMember]] = defaultdict(list)
    for member in GroupMember.objects.current().filter(group__in=groups).select_related(*WITH).order_by("pk"):
        members[member.group_id].append(member)
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in Meeting.objects.with_place().filter(group__in=groups).order_by("starts_at"):
        meetings[meeting.group_id].append(meeting)
    kinds = served_choices(story.area, story.staff)
    served = [choice for _label, choices in kinds for choice in choices]
    before = read(Group.Kind.BOARD)["before"]
    found = []
    for plan, series in planned:
        pk = series.group_id
        told = Told(story, plan, series, read(plan.kind), sorted(seats[pk], key=_by_pk), members[pk], before, served)
        for meeting in meetings[pk]:
            meeting.series = series
        held = [meeting for meeting in reversed(meetings[pk]) if meeting.status == Meeting.Status.HELD]
        facts = told.facts["held"][:IN_FULL]
        told.held = [
            Held(told, number, meeting, facts[number] if number < len(facts) else {})
            for number, meeting in enumerate(held)
        ]
        took_place = [meeting for meeting in meetings[pk] if not meeting.is_canceled]
        following = dict(pairwise(took_place))
        for each in told.held:
            each.following = following.get(each.meeting)
        told.coming = [meeting for meeting in meetings[pk] if meeting.is_planned and meeting.starts_at > told.now]
        found.append(told)
    return found


def _by_pk(row: Any) -> int:
    pk: int = row.pk
    return pk


def keep_all(story: AreaStory, rows: Sequence[tuple[Any, datetime]], steps: Mapping[Any, Sequence[Step]] = {}) -> None:
    """Insert rows of one model, each as of a time and with the steps by which it became what it is."""
    if rows:
        type(rows[0][0])._default_manager.bulk_create([row for row, _at in rows], batch_size=500)
    for row, at in rows:
        story.past.add(row, at=at, by=story.staff, steps=steps.get(id(row), ()))
