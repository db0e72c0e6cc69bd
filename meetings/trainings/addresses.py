"""The addresses of those on the roll of a meeting: as members of the group, or by their invitation."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from meetings.models import Answer, Attendance, GroupMember, Meeting, MeetingInvitation
from onestop.accounts.models import User


@dataclass(frozen=True)
class Attendee:
    """Somebody who was at a meeting, and their address."""

    name: str
    email: str
    user: User | None = None


def attendees_of(meetings: Collection[Meeting]) -> dict[int, list[Attendee]]:
    """Return those on the roll who have an address, by meeting; four queries.

    A member has the own one. Whoever filled a seat, and guests, are found by their name among the members of the group,
    those invited to the series and the alternates whom they named; a name that two people have is nobody's.
    """
    known = _Known(meetings)
    found: dict[int, dict[str, Attendee]] = defaultdict(dict)
    rows = Attendance.objects.there().filter(meeting__in=[meeting.pk for meeting in meetings])
    by_pk = {meeting.pk: meeting for meeting in meetings}
    for row in rows.select_related("member__user").order_by("pk"):
        attendee = known.find(row, by_pk[row.meeting_id])
        if attendee and attendee.email:
            found[row.meeting_id].setdefault(attendee.email, attendee)
    return {pk: list(attendees.values()) for pk, attendees in found.items()}


class _Known:
    """The people whose addresses are known, by the group or series in which they are known, and by name."""

    def __init__(self, meetings: Collection[Meeting]) -> None:
        self._members: dict[int, list[GroupMember]] = defaultdict(list)
        self._others: dict[int, list[Attendee]] = defaultdict(list)
        groups = {meeting.group_id for meeting in meetings}
        series = {meeting.series_id for meeting in meetings}
        for member in GroupMember.objects.current().filter(group__in=groups).select_related("user").order_by("pk"):
            self._members[member.group_id].append(member)
        invited = MeetingInvitation.objects.unrevoked().filter(series__in=series)
        for each in invited.select_related("user").order_by("pk"):
            self._others[each.series_id].append(Attendee(each.name, each.email.lower(), each.user))
        named = Answer.objects.filter(series__in=series).exclude(alternate_email="").order_by("pk")
        for answer in named:
            self._others[answer.series_id].append(Attendee(answer.alternate_name, answer.alternate_email.lower()))

    def find(self, row: Attendance, meeting: Meeting) -> Attendee | None:
        """Return who a row of the roll is, with an address, or ``None``."""
        if row.member:
            return _as_attendee(row.member)
        on = meeting.local_start.date()
        members = [member for member in self._members[meeting.group_id] if member.is_on(on)]
        in_seat = [member for member in members if row.seat_id and member.seat_id == row.seat_id]
        for people in (map(_as_attendee, in_seat), map(_as_attendee, members), self._others[meeting.series_id]):
            named = _named(row.name, people)
            if named:
                return named[0] if len(named) == 1 else None
        return None


def _as_attendee(member: GroupMember) -> Attendee:
    return Attendee(member.name, member.address, member.user)


def _named(name: str, people: Iterable[Attendee]) -> list[Attendee]:
    """Return those of this name who have an address, each address once."""
    wanted = " ".join(name.split()).casefold()
    same = [each for each in people if each.email and " ".join(each.name.split()).casefold() == wanted]
    return list({each.email: each for each in same}.values())
