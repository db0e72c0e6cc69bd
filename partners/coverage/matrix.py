"""The coverage of an area on one day: each program, who carries it, and how people get to it in each center.

Read whole in eight queries, whatever the number of partners, centers and ways.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Case, When
from django.db.models.functions import Lower

from partners.coverage.decisions import is_active
from partners.coverage.programs import TITLE_I
from partners.models import (
    Center,
    LocalArea,
    Partnership,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
    Rhythm,
    Weekday,
)

BUSINESS_DAYS = frozenset(range(Weekday.MONDAY, Weekday.SATURDAY))
MODE_WORDS = {"staff": "Own staff", "trained": "Trained staff", "linkage": "Direct linkage"}
MODES = list(MODE_WORDS)
COVERED, NOT_CARRIED_OUT, EXEMPTED, GAP = "covered", "not_carried_out", "exempted", "gap"


@dataclass(frozen=True)
class Way:
    """One way in which people in a center get to a partner's program; without an ``access`` it is the schedule's."""

    partnership: Partnership
    mode: str
    words: str
    who: str = ""
    access: ProgramAccess | None = None
    weekdays: frozenset[int] = BUSINESS_DAYS
    broken: str = ""
    doubt: str = ""

    @property
    def label(self) -> str:
        """The mode in two words."""
        return MODE_WORDS[self.mode]

    @property
    def medium(self) -> str:
        """By which means a direct linkage is made."""
        return self.access.medium if self.access else ""


@dataclass(frozen=True)
class Cell:
    """How people in one center get to one program."""

    center: Center
    ways: list[Way]
    unreached: list[Partnership]
    is_owed: bool

    @property
    def holding(self) -> list[Way]:
        """The ways that hold."""
        return [way for way in self.ways if not way.broken]

    @property
    def is_gap(self) -> bool:
        """Whether the law asks for a way here, and there is none to some partner's program."""
        return self.is_owed and bool(self.unreached)

    @property
    def days_without(self) -> list[int]:
        """Business days on which no way is open, where there is one on others."""
        if not self.is_owed or not self.holding:
            return []
        return sorted(BUSINESS_DAYS.difference(*(way.weekdays for way in self.holding)))


@dataclass(frozen=True)
class Row:
    """A program: who carries it or may come to, what is decided of it, and how people get to it in each center."""

    program: Program
    partners: list[Partnership]
    prospects: list[Partnership]
    decision: ProgramDecision | None
    cells: list[Cell] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """Covered, not carried out here, exempted, or a gap. A partner makes a program covered, whatever is decided."""
        if self.partners or not self.program.is_required:
            return COVERED
        return str(self.decision.kind) if self.decision else GAP

    @property
    def is_contradicted(self) -> bool:
        """Whether it is carried though decided not to be carried out here."""
        return bool(self.partners and self.decision and self.decision.kind == NOT_CARRIED_OUT)

    @property
    def is_exempted(self) -> bool:
        """Whether the Governor exempts it, even if its partner takes part by choice (20 CFR 678.405(c))."""
        return bool(self.decision and self.decision.kind == EXEMPTED)

    @property
    def gaps(self) -> list[Cell]:
        """Centers in which people should get to it and do not."""
        return [cell for cell in self.cells if cell.is_gap]

    @property
    def needs_attention(self) -> bool:
        """Whether something of it is missing or contradicts itself."""
        return self.standing == GAP or self.is_contradicted or bool(self.gaps)


@dataclass(frozen=True)
class Coverage:
    """How an area stands with all programs."""

    area: LocalArea
    centers: list[Center]
    required: list[Row]
    additional: list[Row]
    others: list[Partnership]

    def standing_so(self, standing: str) -> list[Row]:
        """Return required programs that stand so."""
        return [row for row in self.required if row.standing == standing]

    @cached_property
    def covered(self) -> list[Row]:
        """Required programs that a partner carries."""
        return self.standing_so(COVERED)

    @cached_property
    def gaps(self) -> list[Row]:
        """Required programs that nobody carries and no decision excuses."""
        return self.standing_so(GAP)

    @cached_property
    def contradicted(self) -> list[Row]:
        """Programs decided not to be carried out, though somebody carries them."""
        return [row for row in self.required if row.is_contradicted]

    @cached_property
    def comprehensive(self) -> list[Center]:
        """Centers in which people get to all that is carried out in the area."""
        return [center for center in self.centers if center.kind == Center.Kind.COMPREHENSIVE]

    def cells_at(self, center: Center, rows: Iterable[Row] | None = None) -> list[tuple[Row, Cell]]:
        """Return the programs in one center."""
        rows = self.required if rows is None else rows
        return [(row, cell) for row in rows for cell in row.cells if cell.center == center]

    def unreached_at(self, center: Center) -> list[Row]:
        """Return required programs to which people in a center should get and do not."""
        return [row for row, cell in self.cells_at(center) if cell.is_gap]

    def title_i_days(self, center: Center) -> set[int] | None:
        """Return the weekdays on which staff of Title I are in a center; None if never (20 CFR 678.305(a))."""
        ways = [
            way
            for row, cell in self.cells_at(center)
            if row.program.group == TITLE_I
            for way in cell.holding
            if way.mode == ProgramAccess.Mode.STAFF
        ]
        return {day for way in ways for day in way.weekdays} if ways else None

    @property
    def needs_attention(self) -> bool:
        """Whether some required program does."""
        return any(row.needs_attention for row in self.required)


def coverage_of(area: LocalArea, *, today: date) -> Coverage:
    """Return how the area covers the programs on a day."""
    partners = _partners_of(area)
    ways = _ways_in(area, today)
    centers = _centers_of(area)
    decisions = {decision.program_id: decision for decision in ProgramDecision.objects.current().filter(area=area)}
    rows = []
    for program in Program.objects.order_by("position"):
        carrying = [partner for partner in partners if program.pk in _program_ids(partner)]
        active = [partner for partner in carrying if partner.status == Partnership.Status.ACTIVE]
        prospects = [partner for partner in carrying if partner.status == Partnership.Status.PROSPECTIVE]
        row = Row(program, active, prospects, decisions.get(program.pk))
        row.cells.extend(_cell(row, center, ways) for center in centers)
        rows.append(row)
    active_ones = [partner for partner in partners if partner.status == Partnership.Status.ACTIVE]
    return Coverage(
        area,
        centers,
        [row for row in rows if row.program.is_required],
        [row for row in rows if not row.program.is_required and (row.partners or row.prospects)],
        [partner for partner in active_ones if not _program_ids(partner)],
    )


class _Ways:
    """The ways of an area: by the schedule, and on record."""

    def __init__(self) -> None:
        self.scheduled: dict[tuple[int, int], list[Presence]] = defaultdict(list)
        self.recorded: dict[tuple[int, int], list[ProgramAccess]] = defaultdict(list)
        self.kept_centers: set[int] = set()

    def to(self, program: Program, partner: Partnership, center: Center) -> list[Way]:
        """Return the ways to a partner's program in a center; own staff on the schedule are not counted twice."""
        presences = self.scheduled.get((partner.pk, center.pk), [])
        ways = [_scheduled_way(partner, presences)] if presences else []
        for access in self.recorded.get((program.pk, center.pk), []):
            if access.partnership_id != partner.pk:
                continue
            if access.mode == ProgramAccess.Mode.STAFF and presences:
                continue
            ways.append(_recorded_way(access, doubt=self._doubt(access)))
        return sorted(ways, key=lambda way: MODES.index(way.mode))

    def _doubt(self, access: ProgramAccess) -> str:
        """Say if those who are trained do not stand on the schedule of the center, where one is kept."""
        if access.host is None or access.center_id not in self.kept_centers:
            return ""
        return "" if (access.host_id, access.center_id) in self.scheduled else "not on the schedule of this center"


def _cell(row: Row, center: Center, ways: _Ways) -> Cell:
    found = [way for partner in row.partners for way in ways.to(row.program, partner, center)]
    reached = {way.partnership.pk for way in found if not way.broken}
    unreached = [partner for partner in row.partners if partner.pk not in reached]
    # An exempted program is no required partner even where its agency takes part (20 CFR 678.405(c)).
    owed = center.kind == Center.Kind.COMPREHENSIVE and row.program.is_required and not row.is_exempted
    return Cell(center, found, unreached, owed and bool(row.partners))


def _scheduled_way(partner: Partnership, presences: list[Presence]) -> Way:
    weekly = frozenset(presence.weekday for presence in presences if presence.rhythm == Rhythm.WEEKLY)
    return Way(partner, ProgramAccess.Mode.STAFF, days_in_words(presences), weekdays=weekly)


def _recorded_way(access: ProgramAccess, *, doubt: str) -> Way:
    words, who, broken = access.who, "", ""
    if access.host:
        words, who = f"of {access.host.organization.name}", access.who
        if not is_active(access.host):
            broken = f"{access.host.organization.name} is no longer an active partner"
    elif access.mode == ProgramAccess.Mode.LINKAGE:
        soon = f"within {access.within_minutes} minutes" if access.within_minutes else "at once"
        words, who = f"{access.get_medium_display()}, {soon}", access.who
    return Way(access.partnership, access.mode, words, who, access, broken=broken, doubt=doubt)


def days_in_words(presences: Iterable[Presence]) -> str:
    """Return "Mon to Fri", "Mon, Wed", "first Tue of the month"."""
    presences = list(presences)
    weekly = sorted({presence.weekday for presence in presences if presence.rhythm == Rhythm.WEEKLY})
    monthly = sorted((p.weekday, p.rhythm) for p in presences if p.rhythm != Rhythm.WEEKLY and p.weekday not in weekly)
    said = [weekdays_in_words(weekly)] if weekly else []
    said += [f"{rhythm} {_short(day)} of the month" for day, rhythm in dict.fromkeys(monthly)]
    return "; ".join(said)


def weekdays_in_words(days: Iterable[int]) -> str:
    """Return "Mon to Fri" for days in a row, "Mon, Wed" for others."""
    days = sorted(days)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{_short(days[0])} to {_short(days[-1])}"
    return ", ".join(_short(day) for day in days)


def _short(day: int) -> str:
    return str(Weekday(day).label)[:3]


# ---------------------------------------------------------------- Reading
def _partners_of(area: LocalArea) -> list[Partnership]:
    rows = Partnership.objects.current().filter(
        area=area, status__in=(Partnership.Status.ACTIVE, Partnership.Status.PROSPECTIVE)
    )
    return list(
        rows.select_related("organization")
        .prefetch_related("program_links")
        .order_by(Lower("organization__name"), "pk")
    )


def _program_ids(partner: Partnership) -> set[int]:
    return {link.program_id for link in partner.program_links.all()}


def _centers_of(area: LocalArea) -> list[Center]:
    """Return the centers in use, comprehensive ones first."""
    first = Case(When(kind=Center.Kind.COMPREHENSIVE, then=0), When(kind=Center.Kind.AFFILIATE, then=1), default=2)
    return list(Center.objects.current().filter(area=area).order_by(first, Lower("name"), "pk"))


def _ways_in(area: LocalArea, today: date) -> _Ways:
    ways = _Ways()
    for presence in Presence.objects.in_use().in_person().filter(center__area=area).holding(today, today):
        ways.scheduled[presence.partnership_id, presence.center_id].append(presence)
        ways.kept_centers.add(presence.center_id)
    recorded = ProgramAccess.objects.current().filter(center__area=area)
    for access in recorded.select_related("partnership__organization", "host__organization").order_by("pk"):
        ways.recorded[access.program_id, access.center_id].append(access)
    return ways
