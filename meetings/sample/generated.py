"""Meetings of a generated network: three groups of each area, a year of meetings, and what was recorded of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.crypto import get_random_string

from meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Decision,
    Group,
    GroupMember,
    GroupSeat,
    Meeting,
    MeetingRecord,
    Minutes,
    Series,
)
from meetings.models.series import time_of_day
from meetings.recurrence import occurrences
from meetings.sample import generated_goals, generated_projects
from onestop.local.generated import Size
from partners.models import LocalArea, Membership, Partnership, Representative, Role
from partners.sample.generated import AGE, NOON, insert, record_inserts
from partners.sample.past import unrecorded

MODELS: tuple[Any, ...] = (
    Group, GroupSeat, GroupMember, Series, Meeting, MeetingRecord, AgendaItem, Attendance, Decision, Minutes,
    ActionItem, *generated_goals.MODELS,
)  # fmt: skip
WHAT = (
    "groups", "seats of groups", "members of groups", "series", "meetings", "records of meetings", "agenda items",
    "attendances", "decisions", "minutes", "action items", *generated_goals.WHAT,
)  # fmt: skip
AREAS_AT_ONCE = 50
YEAR = timedelta(days=365)
# The kind of each group, its name, its rule, the first hour, its seats and its rhythm.
GROUPS = (
    ("board", "Workforce board", "FREQ=MONTHLY;INTERVAL=2;BYDAY=3TU", 8, 19, "bimonthly"),
    ("one_stop", "One-Stop committee", "FREQ=MONTHLY;BYDAY=1WE", 14, 9, "monthly"),
    ("workgroup", "Partner team", "FREQ=MONTHLY;BYDAY=2TH", 9, 20, "monthly"),
)
TOPICS = (
    "Hours on site next quarter", "Referrals without an answer", "Shared costs", "Training of the front desk",
    "Report of the operator", "Employers in the area", "Access for people with disabilities", "Budget",
)  # fmt: skip
NAMES = (
    "Alma Reyes",
    "Boris Hanley",
    "Carmen Liu",
    "Dirk Olsen",
    "Edna Brooks",
    "Femi Adeyemi",
    "Gail Novak",
    "Hugo Stern",
)


def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate the meetings of each generated area; return the numbers of rows by what they are."""
    last = {model: model._default_manager.aggregate(pk=models.Max("pk"))["pk"] or 0 for model in MODELS}
    made = dict.fromkeys(WHAT, 0)
    slugs = [f"area-{number + 1}" for number in range(size.areas)]
    with unrecorded():
        for start in range(0, len(slugs), AREAS_AT_ONCE):
            some = LocalArea.objects.filter(slug__in=slugs[start : start + AREAS_AT_ONCE]).order_by("pk")
            for what, number in MeetingsOfAreas(size, list(some), today).write():
                made[what] += number
    for model, pk in last.items():
        record_inserts(model, since=pk, at=datetime.combine(today - timedelta(days=AGE), NOON, UTC))
    with unrecorded():
        made |= generated_projects.generate(size, today=today)
    return made


class MeetingsOfAreas:
    """The meetings of some areas; what each has depends on the seed and its name only."""

    def __init__(self, size: Size, areas: Sequence[LocalArea], today: date) -> None:
        self.size, self.areas, self.today = size, areas, today
        self.now = datetime.combine(today, NOON, UTC)
        partners = Partnership.objects.filter(area__in=areas).order_by("area", "pk")
        self.partners = {pk: list(found) for pk, found in groupby(partners, lambda partner: partner.area_id)}
        speakers = Representative.objects.current().filter(partnership__area__in=areas).order_by("-pk")
        self.speakers = {speaker.partnership_id: speaker for speaker in speakers}
        staff = Membership.objects.current().filter(area__in=areas, role=Role.STAFF).order_by("-pk")
        self.staff = {seat.area_id: seat.user_id for seat in staff}

    def write(self) -> Iterator[tuple[str, int]]:
        """Write everything; yield how many rows of what were written."""
        groups = [self._group(area, *facts) for area in self.areas for facts in GROUPS]
        yield "groups", len(insert(groups))
        yield from self.write_for([self._series(group) for group in groups])
        yield from generated_goals.generate_for(self.size, self.areas, self.partners, self.today, self.now)

    def write_for(self, series: Sequence[Series]) -> Iterator[tuple[str, int]]:
        """Write series of saved groups, with seats, members and all meetings; yield how many rows of what."""
        seats = insert([seat for each in series for seat in self._seats(each.group)])
        yield "seats of groups", len(seats)
        members = insert([self._member(seat) for seat in seats])
        yield "members of groups", len(members)
        yield "series", len(insert(list(series)))
        meetings = insert([meeting for each in series for meeting in self._meetings(each)])
        yield "meetings", len(meetings)
        held = [meeting for meeting in meetings if meeting.status == Meeting.Status.HELD]
        seats_of = {pk: list(found) for pk, found in groupby(seats, lambda seat: seat.group_id)}
        member_of = {member.seat_id: member for member in members}
        yield "records of meetings", len(insert([self._record(each, seats_of[each.group_id]) for each in held]))
        items = insert([item for meeting in meetings for item in self._items(meeting)])
        yield "agenda items", len(items)
        there = [row for each in held for row in self._roll(each, seats_of[each.group_id], member_of)]
        yield "attendances", len(insert(there))
        first_items = {item.meeting_id: item for item in reversed(items)}
        decided = [first_items[meeting.pk] for meeting in held if meeting.original_on.month % 2]
        yield "decisions", len(insert([_decision(item) for item in decided]))
        yield "minutes", len(insert([_minutes(meeting, self.now) for meeting in held]))
        yield "action items", len(insert([self._action(first_items[meeting.pk], seats_of) for meeting in held]))

    # ------------------------------------------------------------ Groups
    def _group(self, area: LocalArea, kind: str, name: str, rule: str, hour: int, seats: int, cadence: str) -> Group:
        of_board = kind in Group.OF_BOARD
        return Group(
            area=area, kind=kind, name=name, cadence=cadence, quorum=Group.Quorum.MAJORITY, is_open_meeting=of_board,
            notice_days=7 if of_board else None, absences_allowed=3 if of_board else None,
        )  # fmt: skip

    def _seats(self, group: Group) -> Iterator[GroupSeat]:
        number = next(facts[4] for facts in GROUPS if facts[0] == group.kind)
        partners = self.partners.get(group.area_id or 0, []) if group.kind != Group.Kind.BOARD else []
        for partner in partners[:number]:
            yield GroupSeat(group=group, partnership=partner)
        for extra in range(number - len(partners)):
            yield GroupSeat(group=group, label=f"Seat {extra + 1}")

    def _member(self, seat: GroupSeat) -> GroupMember:
        begun = self.today - 2 * YEAR
        if speaker := self.speakers.get(seat.partnership_id or 0):
            return GroupMember(
                group=seat.group, seat=seat, representative=speaker, user_id=speaker.user_id, name=speaker.name,
                email=speaker.email, from_on=begun,
            )  # fmt: skip
        dice = self.size.dice("member", _name(seat.group), str(seat))
        number = dice.randrange(10_000)
        return GroupMember(
            group=seat.group, seat=seat, name=dice.choice(NAMES), email=f"member{number}@board.example", from_on=begun
        )

    def _series(self, group: Group) -> Series:
        rule, hour = next(facts[2:4] for facts in GROUPS if facts[0] == group.kind)
        first = datetime.combine(self.today - YEAR, time(hour))
        begins = occurrences(rule, first, group.zone, first.date() + timedelta(days=80))[0]
        return Series(
            group=group, title=group.name, minutes=90, how="both", place="Center", rule=rule, first_on=begins.date(),
            starts=time(hour), zone=str(group.zone), uid=f"{get_random_string(20)}@generated.example",
            token=get_random_string(40), sequence=1, invites=False, known_until=self.today + YEAR,
        )  # fmt: skip

    # ------------------------------------------------------------ Meetings
    def _meetings(self, series: Series) -> Iterator[Meeting]:
        for start in occurrences(series.rule, series.start, series.zone_info, self.today + YEAR / 2):
            meeting = Meeting(
                series=series, group=series.group, original_on=start.date(), original_at=time_of_day(start),
                title=series.title, minutes=series.minutes, how=series.how, place=series.place,
            )  # fmt: skip
            meeting.set_start(start)
            meeting.status = Meeting.Status.HELD if meeting.ends_at < self.now else Meeting.Status.PLANNED
            meeting.told_starts_at = meeting.starts_at
            yield meeting

    @staticmethod
    def _record(meeting: Meeting, seats: Sequence[GroupSeat]) -> MeetingRecord:
        needed = meeting.group.seats_for_quorum(len(seats))
        return MeetingRecord(
            meeting=meeting, agenda_published_at=meeting.starts_at - timedelta(days=8), opened_at=meeting.starts_at,
            closed_at=meeting.ends_at, voting_seats=len(seats), seats_needed=needed,
            check_in_token=get_random_string(40),
        )  # fmt: skip

    def _items(self, meeting: Meeting) -> Iterator[AgendaItem]:
        dice = self.size.dice("agenda", _name(meeting.group), meeting.original_on)
        for position, title in enumerate(dice.sample(TOPICS, 4), start=1):
            purpose = ("decide", "discuss", "inform", "discuss")[position - 1]
            yield AgendaItem(
                series=meeting.series, meeting=meeting, title=title, purpose=purpose, minutes=15, position=position,
                outcome="" if meeting.is_planned else AgendaItem.Outcome.DONE,
            )  # fmt: skip

    def _roll(
        self, meeting: Meeting, seats: Sequence[GroupSeat], member_of: dict[int | None, GroupMember]
    ) -> Iterator[Attendance]:
        dice = self.size.dice("roll", _name(meeting.group), meeting.original_on)
        for seat in seats:
            member = member_of[seat.pk]
            yield Attendance(
                meeting=meeting, seat=seat, member=member, partnership_id=seat.partnership_id, name=member.name,
                presence=dice.choice(("present",) * 5 + ("online",) * 3 + ("excused", "absent")), is_voting=True,
                at=meeting.starts_at,
            )  # fmt: skip

    def _action(self, item: AgendaItem, seats_of: dict[int, list[GroupSeat]]) -> ActionItem:
        meeting: Any = item.meeting
        dice = self.size.dice("action", _name(meeting.group), meeting.original_on)
        seat, due_on = dice.choice(seats_of[meeting.group_id]), meeting.original_on + timedelta(days=30)
        is_done = due_on < self.today and dice.random() < 0.85
        return ActionItem(
            group=meeting.group, meeting=meeting, item=item, text=f"Report on: {item.title}", due_on=due_on,
            partnership_id=seat.partnership_id, name="" if seat.partnership_id else dice.choice(NAMES),
            status="done" if is_done else "open", created_at=meeting.ends_at,
            closed_at=meeting.ends_at + timedelta(days=20) if is_done else None,
            created_by_id=self.staff.get(meeting.group.area_id),
        )  # fmt: skip


def _name(group: Group) -> str:
    """Return what the random choices of a group depend on."""
    return f"{group.area.slug if group.area else ''} {group.kind}"


def _decision(item: AgendaItem) -> Decision:
    meeting: Any = item.meeting
    return Decision(meeting=meeting, item=item, text=f"Agreed: {item.title}.", at=meeting.ends_at)


def _minutes(meeting: Meeting, now: datetime) -> Minutes:
    """Return minutes that were sent for correction; a generated network has no motions that approve them."""
    sent_at = meeting.ends_at + timedelta(days=3)
    minutes = Minutes(
        meeting=meeting, text="The group met and worked through its agenda.\n", drafted_at=meeting.ends_at
    )
    if sent_at < now:
        minutes.status, minutes.audience, minutes.circulated_at = "circulated", "group", sent_at
        minutes.corrections_until = (sent_at + timedelta(days=14)).date()
    return minutes
