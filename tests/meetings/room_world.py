"""A meeting that goes on: a group with three voting seats, its people, and two items of the agenda."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from meetings.models import AgendaItem, Attendance, Group, GroupMember, GroupSeat, Meeting, MeetingRecord, Motion
from meetings.room import motions, opening, roll
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership
from tests import factories


@dataclass
class Room:
    """The meeting, and what a test does at it."""

    group: Group
    meeting: Meeting
    seats: list[GroupSeat]
    members: list[GroupMember]
    items: list[AgendaItem]
    staff: User

    @property
    def record(self) -> MeetingRecord:
        """Its record as it is now."""
        return MeetingRecord.objects.get(meeting=self.meeting)

    def open(self) -> MeetingRecord:
        """Open the meeting."""
        return opening.open_meeting(self.meeting, by=self.staff, at=now())

    def close(self) -> MeetingRecord:
        """Close it."""
        return opening.close_meeting(self.meeting, by=self.staff, at=now())

    def row(self, number: int) -> roll.RollRow:
        """Return the row of a seat in the roll as it is now."""
        found = roll.roll_of(self.meeting).row(f"seat-{self.seats[number].pk}")
        assert found
        return found

    def call(self, number: int, presence: str = "present", **more: Any) -> Attendance:
        """Record a seat as it is shown now."""
        row = self.row(number)
        given: dict[str, Any] = {"person": row.person, "shown": row.shown, "by": self.staff, "at": now()}
        return roll.record_presence(self.meeting, row, presence=presence, **given | more)

    def call_all(self) -> None:
        """Record all seats as present."""
        for number in range(len(self.seats)):
            self.call(number)

    def move(self, text: str = "To adopt the plan.", **facts: Any) -> Motion:
        """Record a motion."""
        return motions.add_motion(self.meeting, facts={"text": text, **facts}, by=self.staff, at=now())

    def vote(self, motion: Motion, *casts: str) -> None:
        """Record the votes of the seats in order."""
        votes = {seat.pk: cast for seat, cast in zip(self.seats, casts, strict=False) if cast}
        motions.cast_votes(motion, votes=votes, shown={}, by=self.staff, at=now())

    def decide(self, motion: Motion, state: str = "carried", **more: Any) -> Motion:
        """Record the result."""
        return motions.decide_motion(motion, state=state, by=self.staff, at=now(), **more)

    def absent(self) -> set[str]:
        """Return the seats that were absent."""
        return {str(row.seat) for row in self.meeting.attendance.filter(presence="absent")}


def make_room(area: LocalArea, partner: Partnership, cast: dict[str, User], **group: Any) -> Room:
    """Return a meeting that began ten minutes ago, which nobody has opened."""
    rows = factories.make_group(area, name="Partner team", **{"quorum": "majority"} | group)
    seats = [
        factories.make_group_seat(rows, partner),
        factories.make_group_seat(rows, label="Chamber"),
        factories.make_group_seat(rows, label="College"),
    ]
    members = [
        factories.make_group_member(rows, cast["manager"], seat=seats[0]),
        factories.make_group_member(rows, name="Ann Example", email="ann@chamber.example", seat=seats[1]),
        factories.make_group_member(rows, name="Cal College", email="cal@college.example", seat=seats[2]),
        factories.make_group_member(rows, name="Alt Ernate", email="alt@x.example", seat=seats[1], is_alternate=True),
        factories.make_group_member(rows, name="Fay Outside", email="fay@x.example", role="facilitator"),
    ]
    series = factories.make_series(rows, rule="", minutes=90)
    meeting = meeting_at(series, now() - timedelta(minutes=10))
    items = [factories.make_agenda_item(meeting, title=title) for title in ("Referral times", "Shared intake")]
    return Room(rows, Meeting.objects.with_place().get(pk=meeting.pk), seats, members, items, cast["staff"])


def meeting_at(series: Any, starts_at: datetime) -> Meeting:
    """Return a meeting that starts at an instant."""
    local = starts_at.astimezone(series.zone_info).replace(tzinfo=None, microsecond=0)
    return factories.make_meeting(series, local)
