"""Read the agenda of a meeting: its items in order, when each begins, and whether they fit into the meeting."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from meetings.models import AgendaItem, AgendaPaper, GroupMember, Meeting, MeetingRecord, Purpose


@dataclass(frozen=True)
class PlannedItem:
    """An item of an agenda: its number, when it begins (wall-clock time of the series), and its papers."""

    item: AgendaItem
    number: int
    starts_at: datetime
    papers: Sequence[AgendaPaper] = ()

    @property
    def owner(self) -> GroupMember | None:
        """The member who leads it, if it is one."""
        return self.item.owner

    @property
    def led_by(self) -> str:
        """The name of who leads it; empty if nobody is named."""
        return self.item.led_by

    @property
    def is_consent(self) -> bool:
        """Whether it is of the consent agenda, which is decided as one."""
        return self.item.purpose == Purpose.CONSENT


@dataclass(frozen=True)
class Agenda:
    """The agenda of one meeting. Items without minutes count as none."""

    meeting: Meeting
    items: Sequence[PlannedItem]
    published_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether the members see it."""
        return self.published_at is not None

    @property
    def minutes(self) -> int:
        """The minutes of all items."""
        return sum(each.item.minutes or 0 for each in self.items)

    @property
    def ends_at(self) -> datetime:
        """When the last item is over, as wall-clock time of the series."""
        return self.meeting.local_start + timedelta(minutes=self.minutes)

    @property
    def minutes_over(self) -> int:
        """How many minutes the items take more than the meeting has; 0 if they fit."""
        return max(0, self.minutes - self.meeting.minutes)

    @property
    def minutes_left(self) -> int:
        """How many minutes of the meeting no item takes."""
        return max(0, self.meeting.minutes - self.minutes)

    @property
    def untimed(self) -> int:
        """How many items have no minutes."""
        return sum(each.item.minutes is None for each in self.items)

    @property
    def counts(self) -> dict[str, int]:
        """How many items there are of each purpose, in the order of ``Purpose``; those without items too."""
        return {purpose.value: sum(each.item.purpose == purpose for each in self.items) for purpose in Purpose}

    @property
    def for_decision(self) -> int:
        """How many items ask for a decision: singly, or as the consent agenda."""
        return self.counts[Purpose.DECIDE] + self.counts[Purpose.CONSENT]

    @property
    def blocks(self) -> list[tuple[bool, list[PlannedItem]]]:
        """The items in order, with those of the consent agenda together: whether they are of it, and the items."""
        return [(key, list(rows)) for key, rows in groupby(self.items, key=lambda each: each.is_consent)]


def agenda_of(meeting: Meeting) -> Agenda:
    """Return the agenda of a meeting, published or not; three queries. Needs the series of the meeting."""
    return agendas_of([meeting])[meeting.pk]


def agendas_of(meetings: Collection[Meeting]) -> dict[int, Agenda]:
    """Return the agendas of meetings by the id of the meeting; three queries. Needs the series of each."""
    pks = [meeting.pk for meeting in meetings]
    items: dict[int, list[AgendaItem]] = defaultdict(list)
    rows = AgendaItem.objects.on_agenda().filter(meeting__in=pks)
    for item in rows.select_related("owner__user", "owner__seat__partnership__organization"):
        items[item.meeting_id or 0].append(item)
    papers: dict[int, list[AgendaPaper]] = defaultdict(list)
    found = AgendaPaper.objects.current().filter(item__in=[each.pk for several in items.values() for each in several])
    for paper in found.select_related("file").order_by("position", "pk"):
        papers[paper.item_id].append(paper)
    records = {record.meeting_id: record for record in MeetingRecord.objects.filter(meeting__in=pks)}
    return {
        meeting.pk: Agenda(
            meeting,
            _planned(meeting, in_order(items[meeting.pk]), papers),
            published_at=getattr(records.get(meeting.pk), "agenda_published_at", None),
        )
        for meeting in meetings
    }


def in_order(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Return items of one agenda in order: those of the consent agenda together, where the first of them stands."""
    ordered = sorted(items, key=lambda item: (item.position, item.pk))
    first = next((number for number, item in enumerate(ordered) if item.purpose == Purpose.CONSENT), None)
    if first is None:
        return ordered
    consent = [item for item in ordered if item.purpose == Purpose.CONSENT]
    after = [item for item in ordered[first:] if item.purpose != Purpose.CONSENT]
    return [*ordered[:first], *consent, *after]


def _planned(
    meeting: Meeting, items: Sequence[AgendaItem], papers: dict[int, list[AgendaPaper]]
) -> Sequence[PlannedItem]:
    planned = []
    starts_at = meeting.local_start
    for number, item in enumerate(items, 1):
        item.meeting = meeting
        planned.append(PlannedItem(item, number, starts_at, papers[item.pk]))
        starts_at += timedelta(minutes=item.minutes or 0)
    return planned
