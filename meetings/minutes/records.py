"""What was recorded of a meeting, as minutes need it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from meetings.agendas.reading import agenda_of
from meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Decision,
    GroupMember,
    Meeting,
    MeetingNote,
    MeetingRecord,
    Motion,
    Vote,
)


@dataclass
class Topic:
    """What was recorded on one item of the agenda; without an item, on the meeting as a whole."""

    item: AgendaItem | None = None
    number: int = 0
    notes: str = ""
    motions: list[Motion] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    actions: list[ActionItem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded."""
        return not (self.notes.strip() or self.motions or self.decisions or self.actions)


@dataclass(frozen=True)
class RecordedMeeting:
    """A meeting with everything that was recorded of it. ``votes`` are by the id of the motion."""

    meeting: Meeting
    record: MeetingRecord | None
    attendance: Sequence[Attendance]
    topics: Sequence[Topic]
    rest: Topic
    votes: dict[int, list[Vote]]
    following: Meeting | None
    secretary: str

    @property
    def seats_filled(self) -> int:
        """How many voting seats somebody filled, also if they left early."""
        return sum(each.is_voting and each.was_there for each in self.attendance)


def recorded_of(meeting: Meeting) -> RecordedMeeting:
    """Return what was recorded of a meeting; a fixed number of queries. Needs its series and group."""
    agenda = agenda_of(meeting)
    topics = {each.item.pk: Topic(each.item, each.number) for each in agenda.items}
    rest = Topic()
    for note in MeetingNote.objects.filter(meeting=meeting):
        topics.get(note.item_id or 0, rest).notes += f"\n\n{note.text}"
    motions = list(Motion.objects.filter(meeting=meeting).order_by("number"))
    _spread(motions, topics, rest, "motions")
    _spread(Decision.objects.current().filter(meeting=meeting).order_by("at", "pk"), topics, rest, "decisions")
    actions = ActionItem.objects.current().filter(meeting=meeting).select_related("partnership__organization")
    _spread(actions.order_by("due_on", "pk"), topics, rest, "actions")
    votes: dict[int, list[Vote]] = defaultdict(list)
    for vote in Vote.objects.filter(motion__meeting=meeting).order_by(Lower("name"), "pk"):
        votes[vote.motion_id].append(vote)
    roll = Attendance.objects.filter(meeting=meeting).select_related(
        "partnership__organization", "seat__partnership__organization"
    )
    return RecordedMeeting(
        meeting=meeting,
        record=MeetingRecord.objects.filter(meeting=meeting).first(),
        attendance=list(roll.order_by(Lower("name"), "pk")),
        topics=list(topics.values()),
        rest=rest,
        votes=votes,
        following=next_meeting_of(meeting),
        secretary=_secretary_of(meeting),
    )


def _spread(rows: Iterable[Any], topics: dict[int, Topic], rest: Topic, name: str) -> None:
    for row in rows:
        getattr(topics.get(row.item_id or 0, rest), name).append(row)


def next_meeting_of(meeting: Meeting) -> Meeting | None:
    """Return the next planned meeting of the group after one."""
    rows = Meeting.objects.with_place().coming(meeting.starts_at).filter(group=meeting.group_id)
    return rows.exclude(pk=meeting.pk).first()


def _secretary_of(meeting: Meeting) -> str:
    held = GroupMember.objects.on(meeting.local_start.date()).filter(group=meeting.group_id)
    found = held.filter(role=GroupMember.Role.SECRETARY).in_order().first()
    return found.name if found else ""
