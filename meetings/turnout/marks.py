"""What one meeting says of one seat, and what several together say: shares, and how many in a row were missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Attendance, Meeting

TOO_MANY = 3  # meetings in a row without a partner


@dataclass(frozen=True)
class Mark:
    """Whether a seat, a person or a partner was at a meeting: a word and a symbol, never one without the other."""

    code: str
    word: str | Promise
    icon: str
    came: bool = False


PRESENT = Mark("present", gettext_lazy("Came"), icon="check-lg", came=True)
ONLINE = Mark("online", gettext_lazy("Online"), icon="camera-video", came=True)
ALTERNATE = Mark("alternate", gettext_lazy("Alternate"), icon="arrow-left-right", came=True)
EXCUSED = Mark("excused", gettext_lazy("Excused"), icon="envelope")
ABSENT = Mark("absent", gettext_lazy("Absent"), icon="x-lg")
MARKS = (PRESENT, ONLINE, ALTERNATE, EXCUSED, ABSENT)  # of several, the first one counts


def mark_of(presence: str, *, is_alternate: bool) -> Mark:
    """Return the mark of a row of the roll."""
    if presence not in Attendance.THERE:
        return EXCUSED if presence == Attendance.Presence.EXCUSED else ABSENT
    if is_alternate:
        return ALTERNATE
    return ONLINE if presence == Attendance.Presence.ONLINE else PRESENT


def best_of(marks: Iterable[Mark]) -> Mark | None:
    """Return the mark that counts for a partner with several people at a meeting; nothing if there is none."""
    return min(marks, key=MARKS.index, default=None)


@dataclass(frozen=True)
class Counts:
    """Of the meetings that counted for somebody: how many there were, and how often each mark was given."""

    meetings: int
    came: int
    alternate: int
    excused: int
    absent: int

    @classmethod
    def of(cls, marks: Iterable[Mark | None]) -> "Counts":
        """Count marks; meetings before somebody belonged to the group have none."""
        known = [mark for mark in marks if mark]
        came = sum(mark.came for mark in known)
        return cls(len(known), came, known.count(ALTERNATE), known.count(EXCUSED), known.count(ABSENT))

    @property
    def share(self) -> int | None:
        """The share of meetings to which somebody came, in percent; ``None`` without a meeting."""
        return round(100 * self.came / self.meetings) if self.meetings else None

    @property
    def of_meetings(self) -> str:
        """How many meetings somebody came to, in words: "4 of 6"."""
        return _("%(came)d of %(meetings)d") % {"came": self.came, "meetings": self.meetings}


@dataclass(frozen=True)
class Streak:
    """How many of the last meetings were missed in a row; those with an excuse are counted apart, too."""

    missed: int = 0
    excused: int = 0

    @classmethod
    def of(cls, marks: Iterable[Mark | None]) -> "Streak":
        """Count from the newest meeting back to the last one to which somebody came."""
        missed = excused = 0
        for mark in marks:
            if mark and mark.came:
                break
            missed += mark is not None
            excused += mark is EXCUSED
        return cls(missed, excused)

    @property
    def words(self) -> str:
        """The streak in words: "3 in a row, 1 of them excused"; empty if the last meeting was not missed."""
        if not self.missed:
            return ""
        words = ngettext("%(missed)d missed", "%(missed)d in a row missed", self.missed) % {"missed": self.missed}
        if not self.excused:
            return words
        if self.excused == self.missed:
            return _("%(missed)s, all excused") % {"missed": words}
        return _("%(missed)s, %(excused)d of them excused") % {"missed": words, "excused": self.excused}


@dataclass(frozen=True)
class Line:
    """One seat, person or partner: what each meeting says of it, the newest first, as far back as is looked.

    ``own`` are those marks that count for the person who is in the seat now; of a partner they are all.
    ``shown`` is how many of the meetings are in the period; ``allowed`` the absences in a row that are too many.
    ``partner`` is the key of the partner's line; only seats have it.
    """

    key: str
    name: str
    person: str
    meetings: Sequence[Meeting]
    marks: Sequence[Mark | None]
    own: Sequence[Mark | None]
    shown: int
    allowed: int | None = None
    partner: str = ""

    @property
    def cells(self) -> list[tuple[Meeting, Mark | None]]:
        """Each meeting of the period with its mark."""
        return list(zip(self.meetings[: self.shown], self.marks[: self.shown], strict=True))

    @property
    def counts(self) -> Counts:
        """The counts of the period."""
        return Counts.of(self.marks[: self.shown])

    @property
    def streak(self) -> Streak:
        """How many of the last meetings were missed in a row."""
        return Streak.of(self.own)

    @property
    def last_came(self) -> Meeting | None:
        """The last meeting to which somebody came."""
        pairs = zip(self.meetings, self.marks, strict=True)
        return next((meeting for meeting, mark in pairs if mark and mark.came), None)

    @property
    def is_over(self) -> bool:
        """Whether too many in a row were missed."""
        return self.allowed is not None and self.streak.missed >= self.allowed
