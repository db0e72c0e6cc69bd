"""The coverage of an area on one day: each program with its partners and the access to it in each center.

Read in six queries, whatever the number of partners, centers and ways of access; the places of the Wagner-Peyser
Employment Service in three more, when they are asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, QuerySet, When
from django.db.models.functions import Lower
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.written_queries import written_once
from partners.coverage.decisions import is_active
from partners.coverage.programs import TITLE_I
from partners.coverage.wagner_peyser import WAGNER_PEYSER, Places, WagnerPeyser, where_provided
from partners.models import (
    Center,
    LocalArea,
    Partnership,
    PartnershipProgram,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
    Rhythm,
    Weekday,
)

BUSINESS_DAYS = frozenset(range(Weekday.MONDAY, Weekday.SATURDAY))
MODE_WORDS = {"staff": _("Program staff"), "trained": _("Trained staff"), "linkage": _("Direct linkage")}
MODES = list(MODE_WORDS)
MONTHLY = {
    Rhythm.FIRST: _("first %(day)s of the month"),
    Rhythm.SECOND: _("second %(day)s of the month"),
    Rhythm.THIRD: _("third %(day)s of the month"),
    Rhythm.FOURTH: _("fourth %(day)s of the month"),
    Rhythm.LAST: _("last %(day)s of the month"),
}
COVERED, GAP = "covered", "gap"
AGREEMENT, NOT_CARRIED_OUT, EXEMPTED = "agreement", "not_carried_out", "exempted"  # as ProgramDecision.Kind


@dataclass(frozen=True)
class Way:
    """One way of access in a center to a partner's program; without an ``access`` it comes from the schedule."""

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
        return str(MODE_WORDS[self.mode])

    @property
    def medium(self) -> str:
        """The medium of a direct linkage."""
        return self.access.medium if self.access else ""


@dataclass(frozen=True)
class Cell:
    """Access to one program in one center."""

    center: Center
    ways: list[Way]
    unreached: list[Partnership]
    is_owed: bool

    @property
    def holding(self) -> list[Way]:
        """The ways that are not broken."""
        return [way for way in self.ways if not way.broken]

    @property
    def is_gap(self) -> bool:
        """Whether access is required here, and some partner of the program has none."""
        return self.is_owed and bool(self.unreached)

    @property
    def days_without(self) -> list[int]:
        """Business days without access, where there is access on others."""
        if not self.is_owed or not self.holding:
            return []
        return sorted(BUSINESS_DAYS.difference(*(way.weekdays for way in self.holding)))


@dataclass(frozen=True)
class Row:
    """A program with its partners, its prospective partners, the decision on it, and the access in each center."""

    program: Program
    partners: list[Partnership]
    prospects: list[Partnership]
    decision: ProgramDecision | None
    cells: list[Cell] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """Covered, a kind of decision, or a gap. With a partner it is covered, whatever is decided."""
        if self.partners or not self.program.is_required:
            return COVERED
        return str(self.decision.kind) if self.decision else GAP

    @property
    def is_contradicted(self) -> bool:
        """Whether it has a partner, although the decision is that it needs none."""
        return bool(self.partners and self.decision and self.decision.kind != EXEMPTED)

    @property
    def is_exempted(self) -> bool:
        """Whether the Governor exempts it, even if its partner chooses to participate (20 CFR 678.405(c))."""
        return bool(self.decision and self.decision.kind == EXEMPTED)

    @property
    def is_agreement_over(self) -> bool:
        """Whether its agreement is with a partner that is no longer active."""
        partner = self.decision.agreement_partner if self.decision else None
        return partner is not None and not is_active(partner)

    @property
    def gaps(self) -> list[Cell]:
        """Centers that are required to provide access and do not."""
        return [cell for cell in self.cells if cell.is_gap]

    @property
    def needs_attention(self) -> bool:
        """Whether something is missing or contradictory."""
        return self.standing == GAP or self.is_contradicted or self.is_agreement_over or bool(self.gaps)


@dataclass(frozen=True)
class Coverage:
    """The coverage of all programs in an area."""

    area: LocalArea
    partners: list[Partnership]  # active ones
    centers: list[Center]
    presences: list[Presence]  # valid today, in person, whatever their weekday
    required: list[Row]
    additional: list[Row]
    expected: list[Row]  # additional programs that only prospective partners would carry out
    others: list[Partnership]
    joined: list[Partnership]  # additional partners: those without a required program (20 CFR 678.410)
    _where: Callable[[], WagnerPeyser]

    @cached_property
    def wagner_peyser(self) -> WagnerPeyser:
        """Where the Wagner-Peyser Employment Service is provided; read when it is first asked for."""
        return self._where()

    def standing_so(self, standing: str) -> list[Row]:
        """Return the required programs with a status."""
        return [row for row in self.required if row.standing == standing]

    @cached_property
    def covered(self) -> list[Row]:
        """Required programs with a partner."""
        return self.standing_so(COVERED)

    @cached_property
    def gaps(self) -> list[Row]:
        """Required programs without a partner and without a decision."""
        return self.standing_so(GAP)

    @cached_property
    def contradicted(self) -> list[Row]:
        """Programs with a partner, although the decision is that they need none."""
        return [row for row in self.required if row.is_contradicted]

    @cached_property
    def agreements_over(self) -> list[Row]:
        """Programs whose agreement is with a partner that is no longer active."""
        return [row for row in self.required if row.is_agreement_over]

    @cached_property
    def unapproved(self) -> list[Partnership]:
        """Additional partners without an approval of both the board and the chief elected official."""
        return [partner for partner in self.joined if not partner.is_approved]

    @cached_property
    def comprehensive(self) -> list[Center]:
        """Comprehensive centers, which must provide access to every required program carried out in the area."""
        return [center for center in self.centers if center.kind == Center.Kind.COMPREHENSIVE]

    def cells_at(self, center: Center, rows: Iterable[Row] | None = None) -> list[tuple[Row, Cell]]:
        """Return the programs with their access in one center."""
        rows = self.required if rows is None else rows
        return [(row, cell) for row in rows for cell in row.cells if cell.center == center]

    def unreached_at(self, center: Center) -> list[Row]:
        """Return required programs to which a center must provide access and does not."""
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
        """Whether some required program needs attention."""
        return any(row.needs_attention for row in self.required)


def coverage_of(area: LocalArea, *, today: date) -> Coverage:
    """Return the coverage of an area on a day."""
    return coverages_of([area], today=today)[0]


def coverages_of(areas: Sequence[LocalArea], *, today: date) -> list[Coverage]:
    """Return the coverage of each area on a day, in their order; as many queries for one area as for all."""
    ids = frozenset(area.pk for area in areas)
    all_partners, all_centers = _partners_of(ids).objects(), _centers_of(ids).objects()
    partners, centers = _by_area(all_partners), _by_area(all_centers)
    ways = _ways_in(ids, today, all_partners, all_centers)
    decisions = _by_area(_decisions_of(ids).objects())
    programs = _programs().objects()
    places = Places(_carriers(all_partners, programs, WAGNER_PEYSER))
    return [
        _assemble(area, programs, partners[area.pk], centers[area.pk], ways, decisions[area.pk], places)
        for area in areas
    ]


def _carriers(partners: Iterable[Any], programs: Iterable[Program], code: str) -> frozenset[int]:
    """Return the active partners that carry out a program."""
    ids = {program.pk for program in programs if program.code == code}
    active = (partner for partner in partners if partner.status == Partnership.Status.ACTIVE)
    return frozenset(partner.pk for partner in active if not ids.isdisjoint(partner.program_ids))


def _assemble(
    area: LocalArea,
    programs: list[Program],
    partners: list[Any],
    centers: list[Center],
    ways: "_Ways",
    decisions: list[ProgramDecision],
    places: Places,
) -> Coverage:
    decided = {decision.program_id: decision for decision in decisions}
    carriers: dict[int, list[Partnership]] = defaultdict(list)
    ids: dict[int, set[int]] = {partner.pk: set(partner.program_ids) for partner in partners}
    for partner in partners:
        for program_id in partner.program_ids:
            carriers[program_id].append(partner)
    rows = []
    for program in programs:
        carrying = carriers[program.pk]
        active = [partner for partner in carrying if partner.status == Partnership.Status.ACTIVE]
        prospects = [partner for partner in carrying if partner.status == Partnership.Status.PROSPECTIVE]
        row = Row(program, active, prospects, decided.get(program.pk))
        if row.decision:
            row.decision.program = program
        row.cells.extend(_cell(row, center, ways) for center in centers)
        rows.append(row)
    active_ones = [partner for partner in partners if partner.status == Partnership.Status.ACTIVE]
    required = {program.pk for program in programs if program.is_required}

    def where() -> WagnerPeyser:
        codes = {program.pk: program.code for program in programs}
        with_codes = [(partner, {codes[pk] for pk in ids[partner.pk]}) for partner in active_ones]
        return where_provided(area, centers, with_codes, ways.scheduled, ways.recorded, places)

    return Coverage(
        area,
        active_ones,
        centers,
        [presence for center in centers for presence in ways.in_center.get(center.pk, ())],
        [row for row in rows if row.program.is_required],
        [row for row in rows if not row.program.is_required and row.partners],
        [row for row in rows if not row.program.is_required and row.prospects and not row.partners],
        [partner for partner in active_ones if not ids[partner.pk]],
        [partner for partner in active_ones if not ids[partner.pk] & required],
        where,
    )


class _Ways:
    """The ways of access in the centers of some areas: from the schedule, and recorded."""

    def __init__(self) -> None:
        self.scheduled: dict[tuple[int, int], list[Presence]] = defaultdict(list)
        self.recorded: dict[tuple[int, int], list[ProgramAccess]] = defaultdict(list)
        self.in_center: dict[int, list[Presence]] = defaultdict(list)

    def to(self, program: Program, partner: Partnership, center: Center) -> list[Way]:
        """Return the access to a partner's program in a center; program staff on the schedule are not counted twice."""
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
        """Return a warning if the trained staff are not on the schedule of the center, where it has one."""
        if access.host is None or access.center_id not in self.in_center:
            return ""
        is_scheduled = (access.host_id, access.center_id) in self.scheduled
        return "" if is_scheduled else gettext("not on the schedule of this center")


def _cell(row: Row, center: Center, ways: _Ways) -> Cell:
    found = [way for partner in row.partners for way in ways.to(row.program, partner, center)]
    reached = {way.partnership.pk for way in found if not way.broken}
    unreached = [partner for partner in row.partners if partner.pk not in reached]
    # An exempt program is not a required partner, even if its agency participates (20 CFR 678.405(c)).
    owed = center.kind == Center.Kind.COMPREHENSIVE and row.program.is_required and not row.is_exempted
    return Cell(center, found, unreached, owed and bool(row.partners))


def _scheduled_way(partner: Partnership, presences: list[Presence]) -> Way:
    weekly = frozenset(presence.weekday for presence in presences if presence.rhythm == Rhythm.WEEKLY)
    return Way(partner, ProgramAccess.Mode.STAFF, days_in_words(presences), weekdays=weekly)


def _recorded_way(access: ProgramAccess, *, doubt: str) -> Way:
    words, who, broken = access.who, "", ""
    if access.host:
        host = {"partner": access.host.organization.name}
        words, who = gettext("of %(partner)s") % host, access.who
        if not is_active(access.host):
            broken = gettext("%(partner)s is no longer an active partner") % host
    elif access.mode == ProgramAccess.Mode.LINKAGE:
        words, who = _linkage_in_words(access), access.who
    return Way(access.partnership, access.mode, words, who, access, broken=broken, doubt=doubt)


def _linkage_in_words(access: ProgramAccess) -> str:
    """Return "Phone, within 15 minutes"."""
    medium = {"medium": access.get_medium_display(), "minutes": access.within_minutes}
    if not access.within_minutes:
        return gettext("%(medium)s, immediately") % medium
    words = ngettext(
        "%(medium)s, within %(minutes)s minute", "%(medium)s, within %(minutes)s minutes", access.within_minutes
    )
    return words % medium


def days_in_words(presences: Iterable[Presence]) -> str:
    """Return "Mon to Fri", "Mon, Wed", "first Tue of the month"."""
    presences = list(presences)
    weekly = sorted({presence.weekday for presence in presences if presence.rhythm == Rhythm.WEEKLY})
    monthly = sorted((p.weekday, p.rhythm) for p in presences if p.rhythm != Rhythm.WEEKLY and p.weekday not in weekly)
    words = [weekdays_in_words(weekly)] if weekly else []
    words += [MONTHLY[Rhythm(rhythm)] % {"day": _short(day)} for day, rhythm in dict.fromkeys(monthly)]
    return "; ".join(words)


def weekdays_in_words(days: Iterable[int]) -> str:
    """Return "Mon to Fri" for days in a row, "Mon, Wed" for others."""
    days = sorted(days)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return gettext("%(first_day)s to %(last_day)s") % {"first_day": _short(days[0]), "last_day": _short(days[-1])}
    return ", ".join(_short(day) for day in days)


def _short(day: int) -> str:
    return str(WEEKDAYS_ABBR[day - 1])  # Django counts from Monday as 0


# ---------------------------------------------------------------- Queries
def _by_area(rows: Iterable[Any]) -> dict[int, list[Any]]:
    of_area: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_area[row.area_id].append(row)
    return of_area


@written_once
def _partners_of(areas: frozenset[int]) -> QuerySet[Partnership]:
    """Return the active and prospective partners, with the ids of their programs as ``program_ids``."""
    rows = Partnership.objects.current().filter(
        area__in=areas, status__in=(Partnership.Status.ACTIVE, Partnership.Status.PROSPECTIVE)
    )
    programs = PartnershipProgram.objects.filter(partnership=OuterRef("pk")).values("program_id")
    found = rows.select_related("organization").annotate(program_ids=ArraySubquery(programs))
    return found.order_by(Lower("organization__name"), "pk")


@written_once
def _centers_of(areas: frozenset[int]) -> QuerySet[Center]:
    """Return the current centers, comprehensive ones first."""
    first = Case(When(kind=Center.Kind.COMPREHENSIVE, then=0), When(kind=Center.Kind.AFFILIATE, then=1), default=2)
    return Center.objects.current().filter(area__in=areas).order_by(first, Lower("name"), "pk")


@written_once
def _programs() -> QuerySet[Program]:
    return Program.objects.order_by("position")


@written_once
def _decisions_of(areas: frozenset[int]) -> QuerySet[ProgramDecision]:
    decided = ProgramDecision.objects.current().filter(area__in=areas)
    return decided.select_related("agreement_partner__organization")


@written_once
def _presences_of(areas: frozenset[int], today: date) -> QuerySet[Presence]:
    return Presence.objects.in_use().in_person().filter(center__area__in=areas).holding(today, today)


@written_once
def _access_in(areas: frozenset[int]) -> QuerySet[ProgramAccess]:
    recorded = ProgramAccess.objects.current().filter(center__area__in=areas)
    return recorded.select_related("program", "partnership__organization", "host__organization").order_by("pk")


def _ways_in(areas: frozenset[int], today: date, partners: Iterable[Partnership], centers: Iterable[Center]) -> _Ways:
    ways = _Ways()
    partner_of = {partner.pk: partner for partner in partners}
    center_of = {center.pk: center for center in centers}
    for presence in _presences_of(areas, today).objects():
        if presence.partnership_id not in partner_of or presence.center_id not in center_of:
            continue  # of a partner or a center that was added after those were read
        presence.partnership = partner_of[presence.partnership_id]
        presence.center = center_of[presence.center_id]
        ways.scheduled[presence.partnership_id, presence.center_id].append(presence)
        ways.in_center[presence.center_id].append(presence)
    for access in _access_in(areas).objects():
        ways.recorded[access.program_id, access.center_id].append(access)
    return ways
