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
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether it was published."""
        return self.published_at is not None

    @property
    def is_known(self) -> bool:
        """Whether the members see it: it was published, or the meeting has been opened."""
        return self.is_published or self.opened_at is not None

    @property
    def minutes(self) -> int:
        """The minutes of all items."""
        return sum(each.item.minutes or 0 for each in self.items)

    @property
    def ends_at(self) -> datetime:
        """When the last item is over, as wall-clock time of the series."""
        return self.meeting.series.local(self.meeting.starts_at + timedelta(minutes=self.minutes))

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
    agendas = {}
    for meeting in meetings:
        record = records.get(meeting.pk)
        agendas[meeting.pk] = Agenda(
            meeting,
            _planned(meeting, in_order(items[meeting.pk]), papers),
            published_at=record.agenda_published_at if record else None,
            changed_at=record.agenda_changed_at if record else None,
            opened_at=record.opened_at if record else None,
            closed_at=record.closed_at if record else None,
        )
    return agendas


def in_order(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Return the items of one agenda in order."""
    return consent_together(sorted(items, key=lambda item: (item.position, item.pk)))


def consent_together(order: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Return a list of items with those of the consent agenda together, where the first of them stands."""
    first = next((place for place, item in enumerate(order) if item.purpose == Purpose.CONSENT), len(order))
    consent = [item for item in order if item.purpose == Purpose.CONSENT]
    after = [item for item in order[first:] if item.purpose != Purpose.CONSENT]
    return [*order[:first], *consent, *after]


def _planned(
    meeting: Meeting, items: Sequence[AgendaItem], papers: dict[int, list[AgendaPaper]]
) -> Sequence[PlannedItem]:
    planned = []
    starts_at = meeting.starts_at
    for number, item in enumerate(items, 1):
        item.meeting = meeting
        planned.append(PlannedItem(item, number, meeting.series.local(starts_at), papers[item.pk]))
        starts_at += timedelta(minutes=item.minutes or 0)
    return planned
