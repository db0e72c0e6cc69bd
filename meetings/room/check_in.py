"""People check in themselves at the address of an open meeting, without an account."""

from datetime import datetime

from meetings.models import Attendance, Meeting
from meetings.room.locking import CannotRecord, lock_open
from meetings.room.roll import Person, RollRow, facts_of, roll_of, write_row
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _


def people_to_check_in(meeting: Meeting) -> list[tuple[str, str]]:
    """Return who of the roll is not recorded as there yet, as code and words. Never an address."""
    found = []
    for row in roll_of(meeting).rows:
        if row.attendance and row.attendance.was_there and row.attendance.left_at is None:
            continue
        expected = row.expected
        people = [expected, *(each for each in row.others if each.code != expected.code)]
        found += [(code_of(row, each), words_of(row, each)) for each in people if each.member or each.is_alternate]
    return found


def code_of(row: RollRow, person: Person) -> str:
    """Return what the form sends for a person in a row of the roll."""
    return f"{row.key}:{person.code}"


def words_of(row: RollRow, person: Person) -> str:
    """Return a person with the seat, as the list shows them."""
    return f"{person.name} ({row.seat})" if row.seat else person.name


@recorded
def check_in(meeting: Meeting, *, code: str, presence: str, by: User | None, at: datetime) -> Attendance:
    """Record somebody of the roll who checked in; who is recorded already stays as recorded.

    :raises CannotRecord: if the meeting is not open, or somebody else fills the seat already.
    """
    lock_open(meeting)
    if presence not in Attendance.THERE:
        raise CannotRecord(_("Choose how you take part."), field="presence")
    key, _colon, chosen = code.partition(":")
    row = roll_of(meeting).row(key)
    if row is None:
        raise CannotRecord(_("Choose your name."), field="who")
    person = row.choose(chosen, "") if chosen else row.expected
    known = row.attendance
    if known and known.was_there and known.left_at is None:
        if known.name == person.name:
            return known
        words = _("%(person)s is recorded for this seat already. Tell whoever runs the meeting.")
        raise CannotRecord(words % {"person": known.name}, field="who")
    facts = facts_of(row, person) | {"presence": presence, "via": Attendance.Via.SELF}
    return write_row(meeting, row, facts, at=at)
