"""What partners owe the network, and whether they did it: each app registers its kinds of acts.

An act is owed by a partner by a day, and done, excused or missing. The engagement score counts acts
(``onestop.dashboards.engagement``); reminders follow from missing ones.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.functional import Promise

from partners.models import LocalArea


@dataclass(frozen=True)
class Act:
    """Something that one partner owed by a day: ``what`` it is, where it is shown, and when it was done, if it was.

    ``key`` is the id of its object: kind and key name the act for good. ``excused`` is a reason, such as a canceled
    absence, for which it does not count.
    """

    kind: str
    key: int
    partnership: int
    due_on: date
    what: str
    url: str
    done_on: date | None = None
    excused: str = ""

    @property
    def name(self) -> str:
        """Its name for good: "attended:123"."""
        return f"{self.kind}:{self.key}"

    @property
    def counts(self) -> bool:
        """Whether it counts for or against its partner."""
        return not self.excused

    def excuse(self, reason: str) -> "Act":
        """Return the same act, excused."""
        return replace(self, excused=reason)


@dataclass(frozen=True)
class ActKind:
    """A kind of acts: how much one weighs, what partners should know about it, and how an area's are read.

    ``read`` takes areas and the first and last day by which acts were due, and returns the acts of all partners of
    these areas in a fixed number of queries. ``help_text`` says in one sentence what counts as done, ``ask`` what a
    partner can do now if acts are missing. An act of a kind that is not ``open_late`` is over with its day, like a
    meeting. Kinds that are not ``nudged`` have reminders of their own that reach everybody at the partner.
    """

    code: str
    label: str | Promise
    help_text: str | Promise
    weight: int
    read: Callable[[Collection[LocalArea], date, date], Iterable[Act]]
    position: int = 0
    ask: str | Promise = ""
    open_late: bool = True
    nudged: bool = True


_kinds: dict[str, ActKind] = {}


def register_acts(kind: ActKind) -> None:
    """Add a kind; called when the project starts."""
    _kinds[kind.code] = kind


def act_kinds() -> list[ActKind]:
    """Return all kinds, in their order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.position, kind.code))


def acts_in(area: LocalArea, first: date, last: date) -> list[Act]:
    """Return the acts that partners of an area owed in these days, by day; a fixed number of queries for each kind."""
    return acts_among([area], first, last)


def acts_among(areas: Collection[LocalArea], first: date, last: date, *, only_nudged: bool = False) -> list[Act]:
    """Return the acts that partners of several areas owed in these days, by day, with the same number of queries."""
    kinds = [kind for kind in act_kinds() if kind.nudged or not only_nudged]
    found = [act for kind in kinds for act in kind.read(areas, first, last)]
    return sorted(found, key=lambda act: (act.due_on, act.kind, act.key, act.partnership))


class LocalDays:
    """The day of a time in each of some areas."""

    def __init__(self, areas: Collection[LocalArea]) -> None:
        self._zones = {area.pk: area.zone for area in areas}

    def day(self, area: int, at: datetime) -> date:
        """Return the day of a time in an area, given its id."""
        return at.astimezone(self._zones[area]).date()


DATED = 10_000_000  # an id and a day in one number: the days of ``toordinal`` have six digits
DAY = timedelta(days=1)


def dated_key(pk: int, day: date) -> int:
    """Return the key of an act that recurs: the id of its object, and the day when it was due."""
    return pk * DATED + day.toordinal()


def around(first: date, last: date) -> tuple[date, date]:
    """Return a range of days in UTC that holds these days in every time zone."""
    return first - DAY, last + DAY
