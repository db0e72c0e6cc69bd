"""What the screen at the meeting shows, and what the page of the meeting shows of it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from meetings.actions.reading import Row, rows_of
from meetings.agendas.reading import agenda_of
from meetings.models import (
    ActionItem,
    AgendaItem,
    AgendaPaper,
    Attendance,
    Decision,
    Meeting,
    MeetingNote,
    MeetingRecord,
    Motion,
    Vote,
)
from meetings.room.opening import why_not_open, why_not_reopen
from meetings.room.quorum import quorum_of
from meetings.room.roll import Roll, roll_of
from partners.network.served_things import Served, read_served


@dataclass
class Topic:
    """An item of the agenda, or the meeting as a whole, with what was recorded of it."""

    item: AgendaItem | None
    note: MeetingNote | None = None
    motions: list[Motion] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    served: Served | None = None
    number: int = 0
    papers: Sequence[AgendaPaper] = ()

    @property
    def key(self) -> str:
        """Its name in the page."""
        return f"item-{self.item.pk}" if self.item else "whole"

    @property
    def is_done(self) -> bool:
        """Whether the group is done with it, or has carried it over."""
        return bool(self.item and self.item.outcome)

    @property
    def is_carried(self) -> bool:
        """Whether it was carried over to another meeting."""
        return bool(self.item and self.item.outcome == AgendaItem.Outcome.CARRIED)

    @property
    def has_more(self) -> bool:
        """Whether a motion, decision or action item was recorded of it."""
        return bool(self.motions or self.decisions or self.actions)


def record_of(meeting: Meeting) -> MeetingRecord | None:
    """Return the record of a meeting, if it has one."""
    return MeetingRecord.objects.filter(meeting=meeting.pk).first()


def topics_of(meeting: Meeting, user: Any, *, at: datetime, with_notes: bool) -> tuple[list[Topic], Topic]:
    """Return the items of a meeting with what was recorded of each, and what is of none of them; nine queries.

    What is on an item that was removed is shown with the meeting.
    """
    planned = agenda_of(meeting).items
    items = [each.item for each in planned]
    topics = {each.item.pk: Topic(each.item, number=each.number, papers=each.papers) for each in planned}
    whole = Topic(None)

    def topic(pk: int | None) -> Topic:
        return topics.get(pk, whole) if pk else whole

    votes = Prefetch("votes", Vote.objects.select_related("seat__partnership__organization").order_by("name", "pk"))
    for motion in meeting.motions.in_order().select_related("approves__meeting").prefetch_related(votes):
        topic(motion.item_id).motions.append(motion)
    for decision in meeting.decisions.current().select_related("motion").order_by("at", "pk"):
        topic(decision.item_id).decisions.append(decision)
    agreed = ActionItem.objects.current().filter(meeting=meeting).select_related("partnership__organization")
    for row in rows_of(agreed.order_by("due_on", "pk"), at.astimezone(meeting.group.zone).date()):
        topic(row.action.item_id).actions.append(row)
    if with_notes:
        for note in meeting.notes.select_related("saved_by"):
            if note.item_id is None or note.item_id in topics:
                topic(note.item_id).note = note
    served = read_served({item.serves for item in items if item.serves}, user)
    for each in topics.values():
        each.served = served.get(each.item.serves) if each.item else None
    return list(topics.values()), whole


def room_page(meeting: Meeting, user: Any, *, at: datetime) -> dict[str, Any]:
    """Return what the screen at the meeting shows: before it is opened, while it is open, and after it was closed."""
    record, roll = record_of(meeting), roll_of(meeting)
    topics, whole = topics_of(meeting, user, at=at, with_notes=True)
    is_open = record is not None and record.is_open
    was_opened = record is not None and record.opened_at is not None
    now_at = next((topic for topic in topics if not topic.is_done), None)
    everything = [*topics, whole]
    return {
        "record": record,
        "is_open": is_open,
        "was_opened": was_opened,
        "why_not_open": "" if was_opened else why_not_open(meeting, at=at),
        "why_not_reopen": why_not_reopen(record, at=at) if record and record.closed_at else "",
        "roll": roll,
        "quorum": quorum_of(record, roll.attendance) if record and was_opened else None,
        "topics": topics,
        "whole": whole,
        "now_at": now_at,
        "all_actions": [row.action for topic in everything for row in topic.actions],
        "minutes_in_all": sum(topic.item.minutes or 0 for topic in topics if topic.item),
        "served": _served([decision for topic in everything for decision in topic.decisions], user),
    }


def _served(decisions: Sequence[Decision], user: Any) -> dict[str, Served]:
    return read_served({each.serves for each in decisions if each.serves}, user)


def room_context(meeting: Meeting, user: Any, *, may_plan: bool, at: datetime) -> dict[str, Any]:
    """Return what the page of a meeting shows of its record, and whether the room can be entered from there."""
    record = record_of(meeting)
    was_opened = record is not None and record.opened_at is not None
    context: dict[str, Any] = {
        "room_record": record if was_opened else None,
        "can_enter_room": may_plan and (was_opened or not why_not_open(meeting, at=at)),
        "can_mark_held": may_plan and not was_opened and meeting.is_planned and meeting.ends_at <= at,
        "can_unmark_held": may_plan and not was_opened and meeting.status == Meeting.Status.HELD,
    }
    if record is None or record.closed_at is None:
        return context
    topics, whole = topics_of(meeting, user, at=at, with_notes=False)
    shown = [topic for topic in (*topics, whole) if topic.has_more]
    roll = recorded_roll(meeting)
    return context | {
        "room_topics": shown,
        "room_roll": roll,
        "room_rows": seats_in_order(roll),
        "room_there": sum(row.was_there for row in roll.attendance),
        "room_served": _served([decision for topic in shown for decision in topic.decisions], user),
    }


def recorded_roll(meeting: Meeting) -> Roll:
    """Return what was recorded of the roll, without who might have come; one query."""
    rows = list(meeting.attendance.select_related("seat__partnership__organization", "member").order_by("name", "pk"))
    return Roll([], [], [row for row in rows if row.is_guest], rows)


def seats_in_order(roll: Roll) -> list[Attendance]:
    """Return the recorded seats and members, those who came first."""
    rows = [row for row in roll.attendance if not row.is_guest]
    return sorted(rows, key=lambda row: (not row.was_there, str(row.seat or row.name).casefold()))
