"""The quorum of an open meeting: how many voting seats are filled, of how many that are needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Attendance, MeetingRecord


@dataclass(frozen=True)
class Quorum:
    """How many voting seats are filled now."""

    present: int
    seats: int
    needed: int
    in_room: int
    online: int
    alternates: int
    guests: int
    known: str

    @property
    def is_reached(self) -> bool:
        """Whether enough seats are filled; also without a rule."""
        return self.present >= self.needed

    @property
    def chip(self) -> tuple[str, str, str]:
        """Kind, word and icon of a chip."""
        if not self.needed:
            return "rest", _("No quorum rule"), "dash-circle"
        if self.is_reached:
            return "good", _("Reached"), "check-circle-fill"
        return "soon", _("Not reached"), "exclamation-triangle-fill"

    @property
    def words(self) -> str:
        """What a screen reader says when it is reached or lost."""
        if not self.needed:
            return ""
        facts = {"present": self.present, "seats": self.seats, "missing": self.needed - self.present}
        if self.is_reached:
            return _("Quorum reached: %(present)d of %(seats)d voting seats are present.") % facts
        words = ngettext(
            "No quorum: %(missing)d more voting seat is needed.",
            "No quorum: %(missing)d more voting seats are needed.",
            self.needed - self.present,
        )
        return words % facts


def quorum_of(record: MeetingRecord, rows: Sequence[Attendance]) -> Quorum:
    """Return the quorum of a meeting from all rows of its roll."""
    there = [row for row in rows if row.was_there and row.left_at is None]
    voting = [row for row in there if row.is_voting]
    return Quorum(
        present=len(voting),
        seats=record.voting_seats or 0,
        needed=record.seats_needed or 0,
        in_room=sum(row.presence == Attendance.Presence.PRESENT for row in there),
        online=sum(row.presence == Attendance.Presence.ONLINE for row in there),
        alternates=sum(row.is_alternate for row in there),
        guests=sum(row.is_guest for row in there),
        known=known_of(rows),
    )


def known_of(rows: Sequence[Attendance]) -> str:
    """Return a token that differs after every change of the roll: the time of the last one, and the number of rows."""
    last = max((row.at for row in rows), default=None)
    return f"{last.timestamp() if last else 0:.6f}-{len(rows)}"


def changed_since(rows: Sequence[Attendance], known: str) -> list[Attendance] | None:
    """Return the rows that changed since a token; ``None`` if the token says nothing."""
    last, _dash, _number = known.partition("-")
    try:
        return [row for row in rows if row.at.timestamp() > float(last)]
    except ValueError:
        return None
