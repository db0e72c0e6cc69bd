"""The roll: who fills each seat, who else is there, and who left early."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meetings.invitations import answers
from meetings.models import Answer, Attendance, Given, GroupMember, GroupSeat, How, Meeting
from meetings.room.locking import CannotRecord, RecordedMeanwhile, lock_open
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

Presence, Via = Attendance.Presence, Attendance.Via


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class Person:
    """Who fills a seat: its member, an alternate, or somebody by name."""

    name: str
    member: GroupMember | None = None
    is_alternate: bool = False

    @property
    def code(self) -> str:
        """What a form sends for them; empty for somebody by name."""
        return str(self.member.pk) if self.member else ""


@dataclass(frozen=True)
class RollRow:
    """A seat, or a member without one: who should come, what they answered, and what was recorded."""

    seat: GroupSeat | None
    holder: GroupMember | None
    attendance: Attendance | None = None
    alternates: Sequence[GroupMember] = ()
    answer: Answer | None = None

    @property
    def key(self) -> str:
        """Its name in the page."""
        return f"seat-{self.seat.pk}" if self.seat else f"member-{self.holder.pk}" if self.holder else ""

    @property
    def title(self) -> str:
        """The seat, or the person without one."""
        return str(self.seat or self.holder)

    @property
    def shown(self) -> str:
        """A token of what was recorded, which a form sends back."""
        return shown_of(self.attendance)

    @property
    def presence(self) -> str:
        """What was recorded; empty before."""
        return self.attendance.presence if self.attendance else ""

    @property
    def presences(self) -> list[tuple[str, str]]:
        """What can be recorded of it by a tap: whoever is in a vacant seat has to be named."""
        known = [Presence.ABSENT] if self.is_vacant else list(Presence)
        return [(str(value), str(value.label)) for value in known]

    @property
    def is_vacant(self) -> bool:
        """Whether nobody is known who fills it."""
        return self.seat is not None and self.person.name == str(self.seat) and self.person.member is None

    @property
    def expected(self) -> Person:
        """Who should fill it by the answers, or else its member."""
        if self.answer and self.answer.answer == Given.ALTERNATE:
            name = self.answer.alternate_name
            known = next((each for each in self.alternates if each.name.casefold() == name.casefold()), None)
            return Person(name, known, is_alternate=True)
        return self.usual

    @property
    def usual(self) -> Person:
        """Its member; the name of the seat if it is vacant."""
        return Person(self.holder.name, self.holder) if self.holder else Person(str(self.seat))

    @property
    def person(self) -> Person:
        """Who fills it, or should."""
        row = self.attendance
        if row is None or not row.was_there:
            return self.expected
        known = next((each for each in self._members if each.pk == row.member_id), None)
        return Person(row.name, known, row.is_alternate)

    @property
    def others(self) -> list[Person]:
        """Who else may fill it."""
        people = [Person(each.name, each, each.is_alternate) for each in self._members]
        return [each for each in people if each.code != self.person.code]

    @property
    def _members(self) -> list[GroupMember]:
        return [*([self.holder] if self.holder else []), *self.alternates]

    @property
    def suggested(self) -> str:
        """The presence that the answer suggests; empty without an answer, or once something was recorded."""
        if self.attendance or self.answer is None or self.answer.answer == Given.MAYBE:
            return ""
        if self.answer.answer == Given.NO:
            return Presence.EXCUSED
        return Presence.ONLINE if self.answer.how == How.ONLINE else Presence.PRESENT

    @property
    def answered(self) -> tuple[str, str, str] | None:
        """The answer as kind, word and icon of a chip."""
        return answers.chip_of(self.answer) if self.answer else None

    def choose(self, code: str, name: str) -> Person:
        """Return the person whom a form names: by code, by name, or who fills it by itself."""
        if name:
            return Person(name, None, is_alternate=True)
        if not code:
            return self.person
        found = next((each for each in self._members if str(each.pk) == code), None)
        if found is None:
            raise CannotRecord(_("This person does not belong to the seat. Choose another one, or enter a name."))
        return Person(found.name, found, found.is_alternate)


@dataclass(frozen=True)
class Roll:
    """The roll of a meeting: seats, members without a seat, and guests."""

    seats: list[RollRow]
    others: list[RollRow]
    guests: list[Attendance]
    attendance: list[Attendance]

    @property
    def rows(self) -> list[RollRow]:
        """Seats, and members without one."""
        return [*self.seats, *self.others]

    def row(self, key: str) -> RollRow | None:
        """Return the row of this name."""
        return next((row for row in self.rows if row.key == key), None)

    @property
    def missing(self) -> list[RollRow]:
        """Seats of which nothing was recorded yet."""
        return [row for row in self.seats if row.attendance is None]

    @property
    def voting(self) -> list[Attendance]:
        """The voting seats that are filled now."""
        return [row for row in self.attendance if row.is_voting and row.was_there and row.left_at is None]


def roll_of(meeting: Meeting) -> Roll:
    """Return the roll of a meeting with all seats and members of its day; six queries."""
    day = meeting.local_start.date()
    rows = list(
        meeting.attendance.select_related("seat__partnership__organization", "member", "partnership__organization")
        .order_by("at", "pk")
    )  # fmt: skip
    by_seat = {row.seat_id: row for row in rows if row.seat_id}
    by_member: dict[int, Attendance] = {row.member_id: row for row in rows if row.member_id and not row.seat_id}
    members = list(GroupMember.objects.on(day).filter(group=meeting.group_id).in_order())
    known = [member.pk for member in members]
    lost = [member for member in by_member if member not in known]
    members += list(GroupMember.objects.filter(pk__in=lost).in_order()) if lost else []
    answered = {
        guest.invitation.email: guest.answer for guest in answers.guests_of(meeting) if guest.answer is not None
    }
    seats = list(meeting.group.seats.current().in_order())
    here = {seat.pk for seat in seats}
    seats += [row.seat for row in rows if row.seat is not None and row.seat_id not in here]
    return Roll(
        [_seat_row(seat, members, by_seat.get(seat.pk), answered) for seat in seats],
        [
            RollRow(None, each, by_member.get(each.pk), answer=answered.get(each.address))
            for each in members
            if each.seat_id is None
        ],
        [row for row in rows if row.is_guest],
        rows,
    )


def _seat_row(
    seat: GroupSeat, members: Iterable[GroupMember], row: Attendance | None, answered: dict[str, Answer]
) -> RollRow:
    own = [member for member in members if member.seat_id == seat.pk]
    holder = next((member for member in own if not member.is_alternate), None)
    answer = answered.get(holder.address) if holder and holder.address else None
    return RollRow(seat, holder, row, [member for member in own if member.is_alternate], answer)


def shown_of(row: Attendance | None) -> str:
    """Return a token of what was recorded in a row of the roll; empty without one."""
    if row is None:
        return ""
    said = f"{row.presence}\0{row.member_id}\0{row.name}\0{row.left_at is not None}"
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:16]


def absent_rows(meeting: Meeting, *, at: datetime) -> list[Attendance]:
    """Return rows, not saved, of the seats of which nothing was recorded: they were absent."""
    return [
        Attendance(meeting=meeting, seat=row.seat, presence=Presence.ABSENT, at=at, **facts_of(row, row.usual))
        for row in roll_of(meeting).missing
    ]


# ---------------------------------------------------------------- Recording
@recorded
def record_presence(
    meeting: Meeting, row: RollRow, *, presence: str, person: Person, shown: str, by: User | None, at: datetime
) -> Attendance:
    """Record whether a seat is filled, and by whom; or whether a member without a seat is there.

    ``shown`` is the token of what the clerk saw.

    :raises CannotRecord: if the meeting is not open, or somebody without a name would fill a vacant seat.
    :raises RecordedMeanwhile: if somebody else has recorded something else since.
    """
    lock_open(meeting)
    if presence not in Presence.values:
        raise CannotRecord(_("Choose whether they are there."))
    there = presence in Attendance.THERE
    if there and row.seat and person == Person(str(row.seat)):
        raise CannotRecord(_("This seat is vacant. Record by name who is here."))
    wanted = facts_of(row, person if there else row.usual) | {"presence": presence}
    known = _known(meeting, row)
    if known and known.left_at is None and all(getattr(known, name) == value for name, value in wanted.items()):
        return known  # the same once more: a second tap, or another clerk who saw the same
    demand_shown(known, shown)
    return write_row(meeting, row, wanted | {"via": Via.STAFF}, at=at)


def write_row(meeting: Meeting, row: RollRow, facts: dict[str, Any], *, at: datetime) -> Attendance:
    """Write a row of the roll; lock the record first."""
    who = {"seat": row.seat} if row.seat else {"member": row.holder}
    if row.seat is None:
        facts = {name: value for name, value in facts.items() if name != "member"}
    written, _made = Attendance.objects.update_or_create(
        meeting=meeting, **who, defaults=facts | {"at": at, "left_at": None}
    )
    return written


def _known(meeting: Meeting, row: RollRow) -> Attendance | None:
    who = {"seat": row.seat} if row.seat else {"seat": None, "member": row.holder}
    return Attendance.objects.filter(meeting=meeting, **who).first()


def demand_shown(known: Attendance | None, shown: str) -> None:
    """Check that what was recorded is still what the clerk saw.

    :raises RecordedMeanwhile: otherwise.
    """
    if shown_of(known) == shown:
        return
    if known is None:
        raise RecordedMeanwhile(_("Someone else has changed this. Check it, and record it again."))
    words = _("Someone else recorded this meanwhile: %(person)s, %(presence)s. Change it if that is wrong.")
    raise RecordedMeanwhile(words % {"person": known.name, "presence": known.get_presence_display().lower()})


def facts_of(row: RollRow, person: Person) -> dict[str, Any]:
    """Return what is stored of who fills a seat."""
    if row.seat is None:
        return {"member": row.holder, "name": person.name}
    return {
        "member": person.member,
        "name": person.name[:150],
        "is_alternate": person.is_alternate,
        "is_voting": row.seat.is_voting,
        "partnership": row.seat.partnership,
    }


@recorded
def record_left(attendance: Attendance, *, has_left: bool, by: User | None, at: datetime) -> None:
    """Record that somebody left before the end, or came back. A second tap changes nothing.

    :raises CannotRecord: if the meeting is not open, or they were not there.
    """
    lock_open(attendance.meeting)
    row = Attendance.objects.filter(pk=attendance.pk).first()
    if row is None or not row.was_there:
        raise CannotRecord(_("Only who came can leave."))
    if (row.left_at is not None) == has_left:
        return
    row.left_at, row.at = at if has_left else None, at
    row.save(update_fields=["left_at", "at"])


@recorded
def add_guest(
    meeting: Meeting, *, name: str, organization_name: str, presence: str, via: str = Via.STAFF, by: User | None,
    at: datetime,
) -> Attendance:  # fmt: skip
    """Record a guest; the same name and organization once.

    :raises CannotRecord: if the meeting is not open, or the guest has no name.
    """
    lock_open(meeting)
    if not name:
        raise CannotRecord(_("Enter the name."), field="name")
    known = meeting.attendance.filter(
        seat=None, member=None, name__iexact=name, organization_name__iexact=organization_name
    ).first()
    if known:
        if known.presence != presence or known.left_at:
            known.presence, known.left_at, known.at = presence, None, at
            known.save(update_fields=["presence", "left_at", "at"])
        return known
    return Attendance.objects.create(
        meeting=meeting, name=name, organization_name=organization_name, presence=presence, via=via, at=at
    )


@recorded
def remove_guest(attendance: Attendance, *, by: User | None, at: datetime) -> None:
    """Remove a guest who was recorded by mistake; the history keeps it.

    :raises CannotRecord: if the meeting is not open, or the row is of a seat or a member.
    """
    lock_open(attendance.meeting)
    if not attendance.is_guest:
        raise CannotRecord(_("Only guests can be removed from the roll."))
    Attendance.objects.filter(pk=attendance.pk).delete()
