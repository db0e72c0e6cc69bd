"""The turnout of groups in a period, read from the rolls of the meetings that were held.

A meeting counts once its record is closed; canceled ones never do. It counts for a partner or a seat from the day on
which its first member began, or, if nobody was recorded in it, from its first row on a roll. A seat without a row on
the roll was absent; a seat by name in which nobody sat is left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from meetings.models import Attendance, Group, GroupMember, GroupSeat, Meeting
from meetings.models.series import MeetingQuerySet
from meetings.turnout.marks import ABSENT, TOO_MANY, Counts, Line, Mark, best_of, mark_of
from partners.models import Partnership

PERIODS = (6, 12, 24)  # months
LOOKS_BACK = timedelta(days=3 * 366)  # for how many were missed in a row
COLUMNS = ("meeting", "seat", "member", "partnership", "name", "presence", "is_alternate", "is_voting")


@dataclass(frozen=True)
class Day:
    """One meeting of the period: who came, and whether there was a quorum."""

    meeting: Meeting
    seats: Sequence[tuple[Line, Mark]]
    guests: Sequence[str]
    voting: int

    @property
    def counts(self) -> Counts:
        """How many seats were filled, and how; of a group without seats, how many members came."""
        seats = [mark for line, mark in self.seats if line.partner]
        return Counts.of(seats or [mark for _line, mark in self.seats])

    @property
    def needed(self) -> int:
        """The voting seats needed for a quorum; 0 if no rule asked for one."""
        return self.meeting.record.seats_needed or 0

    @property
    def has_quorum(self) -> bool:
        """Whether enough voting seats were there."""
        return self.voting >= self.needed

    @property
    def came(self) -> list[tuple[Line, Mark]]:
        """Who came."""
        return [(line, mark) for line, mark in self.seats if mark.came]

    @property
    def missed(self) -> list[tuple[Line, Mark]]:
        """Who did not."""
        return [(line, mark) for line, mark in self.seats if not mark.came]


@dataclass(frozen=True)
class Turnout:
    """The turnout of one group: by partner, by seat and by meeting of the period, the newest first."""

    group: Group
    partners: Sequence[Line]
    seats: Sequence[Line]
    days: Sequence[Day]

    @property
    def missing(self) -> list[Line]:
        """The partners that missed the last three meetings or more."""
        return [line for line in self.partners if line.is_over]

    @property
    def over_policy(self) -> list[Line]:
        """The people who have reached the attendance policy of the group."""
        return [line for line in self.seats if line.person and line.is_over]

    @property
    def others_over_policy(self) -> list[Line]:
        """Those of them whose partner is not among the missing ones."""
        missing = {line.key for line in self.missing}
        return [line for line in self.over_policy if line.partner not in missing]

    @cached_property
    def share(self) -> int | None:
        """The share of seats that were filled, in percent, over all meetings of the period."""
        counts = [day.counts for day in self.days]
        seats = sum(count.meetings for count in counts)
        return round(100 * sum(count.came for count in counts) / seats) if seats else None

    @property
    def with_rule(self) -> list[Day]:
        """The meetings that needed a quorum."""
        return [day for day in self.days if day.needed]

    @property
    def quorums(self) -> int:
        """How many of these had one."""
        return sum(day.has_quorum for day in self.with_rule)


def since_months(months: int, *, at: datetime) -> datetime:
    """Return when a period of so many months began."""
    return at - relativedelta(months=months)


def held_meetings(groups: Collection[Group] | QuerySet[Group], *, since: datetime, at: datetime) -> MeetingQuerySet:
    """Return the meetings of groups that count."""
    rows = Meeting.objects.filter(group__in=groups, status=Meeting.Status.HELD, record__closed_at__isnull=False)
    return rows.between(since, at)


def turnouts_of(
    groups: Collection[Group], *, since: datetime, at: datetime, partnership: Partnership | None = None
) -> list[Turnout]:
    """Return the turnout of each group; four queries, however many groups, seats and meetings. Needs their areas.

    With ``partnership``, only its seats and its people are read.
    """
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    held = held_meetings(groups, since=at - LOOKS_BACK, at=at).select_related("record", "series")
    for meeting in held.order_by("-starts_at", "-pk"):
        meetings[meeting.group_id].append(meeting)
    rows, seats, members = Attendance.objects.all(), GroupSeat.objects.all(), GroupMember.objects.current()
    if partnership:
        rows = rows.filter(Q(partnership=partnership) | Q(seat__partnership=partnership))
        seats, members = seats.filter(partnership=partnership), members.filter(seat__partnership=partnership)
    on_roll: dict[int, list[Any]] = defaultdict(list)
    ids = [meeting.pk for found in meetings.values() for meeting in found]
    for row in rows.filter(meeting__in=ids).order_by("pk").values_list(*COLUMNS, named=True):
        on_roll[row.meeting].append(row)
    seats_of = _by_group(seats.filter(group__in=groups).in_order())
    members_of = _by_group(members.filter(group__in=groups).in_order())
    return [
        _Roll(group, meetings[group.pk], on_roll, seats_of[group.pk], members_of[group.pk], since, at).turnout
        for group in groups
    ]


def _by_group(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.group_id].append(row)
    return found


class _Roll:
    """The rolls of a group's meetings, and the lines that they make."""

    def __init__(
        self,
        group: Group,
        meetings: Sequence[Meeting],
        on_roll: Mapping[int, Sequence[Any]],
        seats: Sequence[GroupSeat],
        members: Sequence[GroupMember],
        since: datetime,
        at: datetime,
    ) -> None:
        self.group, self.meetings, self.members = group, meetings, members
        self.shown = sum(meeting.starts_at >= since for meeting in meetings)
        self.days = {meeting.pk: meeting.local_start.date() for meeting in meetings}
        self.today = at.astimezone(group.zone).date()
        self.rows = {meeting.pk: on_roll.get(meeting.pk, ()) for meeting in meetings}
        listed = {row.seat for rows in list(self.rows.values())[: self.shown] for row in rows}
        self.all_seats = seats
        self.seats = [seat for seat in seats if not seat.is_archived or seat.pk in listed]
        self.in_seat: dict[int | None, list[GroupMember]] = defaultdict(list)
        for member in members:
            self.in_seat[member.seat_id].append(member)
        self.of_seat = {(row.meeting, row.seat): row for rows in self.rows.values() for row in rows if row.seat}
        # The newest meeting comes first: the last one to be set is the first on whose roll a seat was.
        self.first_on_roll = {seat: self.days[meeting] for meeting, seat in self.of_seat}

    @property
    def turnout(self) -> Turnout:
        """The turnout of the group."""
        lines = [*map(self._seat_line, self.seats), *self._member_lines()]
        return Turnout(self.group, list(self._partner_lines()), lines, self._days(lines))

    # ---------------------------------------------------------------- Seats and people
    def _seat_line(self, seat: GroupSeat) -> Line:
        holder = next((each for each in self.in_seat[seat.pk] if self._holds(each, self.today)), None)
        began = self._began([seat])
        marks = [self._seat_mark(seat, meeting, began) for meeting in self.meetings]
        return Line(
            f"seat-{seat.pk}", str(seat), holder.name if holder else "", self.meetings, marks,
            self._since(holder, marks), self.shown, self.group.absences_allowed, f"partner-{seat.partnership_id}",
        )  # fmt: skip

    def _seat_mark(self, seat: GroupSeat, meeting: Meeting, began: date | None) -> Mark | None:
        day, row = self.days[meeting.pk], self.of_seat.get((meeting.pk, seat.pk))
        is_vacant = not seat.partnership_id and not any(self._holds(each, day) for each in self.in_seat[seat.pk])
        if row:
            mark = mark_of(row.presence, is_alternate=row.is_alternate)
            return mark if mark.came or not (is_vacant or began is None or day < began) else None
        is_over = seat.archived_at is not None and seat.archived_at < meeting.starts_at
        return None if began is None or day < began or is_over or is_vacant else ABSENT

    def _member_lines(self) -> Iterator[Line]:
        """Yield a line for each member without a seat who is on a roll of the period or belongs to the group today."""
        found = {(row.meeting, row.member): row for rows in self.rows.values() for row in rows if not row.seat}
        for member in self.in_seat[None]:
            rows = [found.get((meeting.pk, member.pk)) for meeting in self.meetings]
            marks = [mark_of(row.presence, is_alternate=False) if row else None for row in rows]
            if any(marks[: self.shown]):
                person = member.name if self._holds(member, self.today) else ""
                yield Line(
                    f"member-{member.pk}", member.name, person, self.meetings, marks, marks, self.shown,
                    self.group.absences_allowed,
                )  # fmt: skip

    def _since(self, holder: GroupMember | None, marks: Sequence[Mark | None]) -> list[Mark | None]:
        """Return the marks since the person in the seat began."""
        days = [self.days[meeting.pk] for meeting in self.meetings]
        return [mark for mark, day in zip(marks, days, strict=True) if holder and day >= holder.from_on]

    def _holds(self, member: GroupMember, day: date) -> bool:
        return not member.is_alternate and member.is_on(day)

    def _began(self, seats: Collection[GroupSeat]) -> date | None:
        """Return the day from which meetings count for seats of one partner, or for one seat."""
        ids = [seat.pk for seat in seats]
        first = [member.from_on for pk in ids for member in self.in_seat[pk]]
        return min(first or [self.first_on_roll[pk] for pk in ids if pk in self.first_on_roll], default=None)

    # ---------------------------------------------------------------- Partners
    def _partner_lines(self) -> Iterator[Line]:
        """Yield a line for each partner that has a seat, by name."""
        partners = {seat.partnership_id: seat for seat in self.seats if seat.partnership_id}
        for pk, seat in partners.items():
            own = [each for each in self.all_seats if each.partnership_id == pk]
            began = self._began([each for each in own if not each.is_archived] or own)
            marks = [self._partner_mark(pk, own, meeting, began) for meeting in self.meetings]
            yield Line(
                f"partner-{pk}", seat.partner_name, "", self.meetings, marks, marks, self.shown,
                TOO_MANY if any(not each.is_archived for each in own) else None,
            )  # fmt: skip

    def _partner_mark(self, pk: int, own: Collection[GroupSeat], meeting: Meeting, began: date | None) -> Mark | None:
        """Return the mark of a partner: whoever came for it, also as a guest."""
        seats = {each.pk for each in own}
        rows = [
            row for row in self.rows[meeting.pk] if row.partnership == pk or (not row.partnership and row.seat in seats)
        ]
        is_before = began is None or self.days[meeting.pk] < began
        if rows:
            mark = best_of(mark_of(row.presence, is_alternate=row.is_alternate) for row in rows)
            return mark if (mark and mark.came) or not is_before else None
        is_over = all(each.archived_at and each.archived_at < meeting.starts_at for each in own)
        return None if is_before or is_over else ABSENT

    # ---------------------------------------------------------------- Meetings
    def _days(self, lines: Sequence[Line]) -> list[Day]:
        """Return each meeting of the period with who came."""
        found = []
        for number, meeting in enumerate(self.meetings[: self.shown]):
            marks = [(line, mark) for line in lines if (mark := line.marks[number])]
            rows = self.rows[meeting.pk]
            guests = [row.name for row in rows if row.seat is None and row.member is None]
            voting = sum(row.is_voting and row.presence in Attendance.THERE for row in rows)
            found.append(Day(meeting, marks, guests, voting))
        return found
