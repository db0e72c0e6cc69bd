"""What a State monitor asks for: each required partner, its MOU, whether it is signed, in force and complete.

A constant number of queries, whatever the number of areas, partners and agreements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from agreements.drafting.completeness import EXCEPTED, Completeness, completeness_of
from agreements.drafting.facts import Surroundings
from agreements.drafting.merge_fields import FIELDS
from agreements.drafting.surroundings import programs_in
from agreements.models import Agreement, AgreementQuerySet, Clause, ElementRecord, FurtherArea, Party
from agreements.terms.clocks import Clock, clocks_of, with_clocks
from agreements.terms.standings import (
    EXPIRING,
    GAP,
    HOLDS,
    LAPSED,
    NOT_BEGUN,
    Standing,
    standing_of,
    standing_of_party,
)
from onestop.ui.checklist import MET
from partners.coverage.matrix import Coverage, Row, coverages_of
from partners.models import LocalArea, Office, Partnership, Tenure

Kind, Status = Agreement.Kind, Agreement.Status
BLANKS = dict.fromkeys(FIELDS, "…")  # merge fields of clauses: their values do not decide whether an element is met
# Agreements that say how a partner stands today; of those before, only the gaps count.
CURRENT = (*HOLDS, NOT_BEGUN, LAPSED, Status.DRAFT, Status.REVIEW, Status.SIGNING)


@dataclass(frozen=True)
class Elements:
    """The required elements of an MOU: how many are met and excepted, and which are missing or met in part."""

    met: int
    excepted: int
    missing: Sequence[str]

    @classmethod
    def of(cls, found: Completeness) -> "Elements":
        """Return the elements of an agreement."""
        states = [each.state for each in found.requirements]
        missing = [str(each.element.title) for each in found.open]
        return cls(states.count(MET), states.count(EXCEPTED), missing)


@dataclass(frozen=True)
class Participation:
    """A partner's part in one agreement: how it stands for this partner, the elements and the clock of the review."""

    agreement: Any
    standing: Standing
    elements: Elements | None = None
    clock: Clock | None = None

    @property
    def is_signed(self) -> bool:
        """Whether all parties have signed."""
        return self.agreement.executed_on is not None


@dataclass(frozen=True)
class Line:
    """One required program and one of its partners; without a partner, the decision or the gap."""

    program: Any
    row: Row
    partner: Partnership | None
    mous: Sequence[Participation] = ()
    ifas: Sequence[Participation] = ()

    @property
    def rows(self) -> Sequence[Participation | None]:
        """The MOUs, each in a row of its own; one empty row without any."""
        return self.mous or [None]

    @property
    def is_required(self) -> bool:
        """Whether the partner must sign: it is not if the Governor exempts the program (20 CFR 678.405)."""
        return not self.row.is_exempted

    @property
    def is_covered(self) -> bool:
        """Whether an MOU is in force for the partner today."""
        return any(each.standing.holds for each in self.mous)


@dataclass(frozen=True)
class AreaCompliance:
    """One area on a day: its required partners and their agreements."""

    area: LocalArea
    today: date
    lines: Sequence[Line]
    mous: Sequence[Any]
    ifas: Sequence[Any]
    elements: Sequence[tuple[Any, Elements]] = ()  # of each MOU on the lines
    officials: Sequence[str] = ()  # who signs the MOU for the chief elected officials
    standings: Mapping[int, Standing] = field(default_factory=dict)

    @cached_property
    def partners(self) -> set[int]:
        """The required partners: those that carry out a required program."""
        return {line.partner.pk for line in self.lines if line.partner and line.is_required}

    @cached_property
    def covered(self) -> set[int]:
        """The required partners for which an MOU is in force today."""
        return {line.partner.pk for line in self.lines if line.partner and line.is_required and line.is_covered}

    @property
    def without(self) -> int:
        """How many required partners no MOU in force covers."""
        return len(self.partners) - len(self.covered)

    @property
    def lapsed_days(self) -> int:
        """For how many days the MOU that lapsed first is without a successor; 0 if none lapsed."""
        return max((each.days for each in self._with_code(self.mous, LAPSED)), default=0)

    @property
    def past_gap_days(self) -> int:
        """Days between MOUs and their successors that were not covered."""
        return sum(each.days for each in self._with_code(self.mous, GAP))

    @property
    def next_expiry(self) -> Any:
        """The MOU or IFA in force that ends first, and has no executed successor; nothing if none ends."""
        ending = [
            each
            for each in (*self.mous, *self.ifas)
            if self.standings[each.pk].holds and each.ends_on and each.successor_on is None
        ]
        return min(ending, key=lambda each: (each.ends_on, each.pk), default=None)

    @property
    def expires_soon(self) -> bool:
        """Whether the next expiry is within 270 days."""
        return self.next_expiry is not None and self.standings[self.next_expiry.pk].code == EXPIRING

    @property
    def ifa(self) -> Any:
        """The funding agreement in force that lasts longest; nothing if there is none."""
        holding = [each for each in self.ifas if self.standings[each.pk].holds]
        return max(holding, key=lambda each: (each.ends_on or date.max, each.pk), default=None)

    def _with_code(self, agreements: Iterable[Any], code: str) -> Iterator[Standing]:
        return (self.standings[each.pk] for each in agreements if self.standings[each.pk].code == code)


def compliance_of(area: LocalArea, rows: AgreementQuerySet, today: date) -> AreaCompliance:
    """Return one area with the elements of each MOU; ``rows`` are the agreements that the reader may see."""
    known = _Known([area], rows, today)
    further = {each for agreement in known.agreements for each in known.areas_of[agreement.pk]} - {area.pk}
    others = LocalArea.objects.filter(pk__in=further).select_related("state").order_by("pk")
    [own, *rest] = coverages_of([area, *others], today=today)
    offices = Office.objects.current().filter(area__in=[area.pk, *further], kind=Office.Kind.CHIEF_ELECTED)
    officials = list(offices.order_by("title", "pk"))
    elements = _elements_of(known, {each.area.pk: each for each in (own, *rest)}, officials)
    return known.area_compliance(own, elements)


def compliances_of(areas: Sequence[LocalArea], rows: AgreementQuerySet, today: date) -> list[AreaCompliance]:
    """Return each area of a state, without the elements of its MOUs; as many queries for one area as for all."""
    known = _Known(areas, rows, today)
    return [known.area_compliance(coverage, {}) for coverage in coverages_of(areas, today=today)]


class _Known:
    """The MOUs and IFAs of some areas, by area and by partner."""

    def __init__(self, areas: Collection[LocalArea], rows: AgreementQuerySet, today: date) -> None:
        ids = [area.pk for area in areas]
        self.today = today
        regional = FurtherArea.objects.filter(area__in=ids).values("agreement")
        open_or_executed = rows.filter(kind__in=(*Agreement.MOUS, Kind.IFA)).exclude(status=Status.WITHDRAWN)
        found = open_or_executed.filter(Q(area__in=ids) | Q(pk__in=regional)).select_related("area__state")
        self.agreements: list[Any] = list(with_clocks(found.with_terms()).order_by("-effective_on", "pk"))
        self.standings = {each.pk: standing_of(each, today) for each in self.agreements}
        by_id = {each.pk: each for each in self.agreements}
        self.areas_of: dict[int, set[int]] = {pk: {each.area_id} for pk, each in by_id.items()}
        for agreement, area in FurtherArea.objects.filter(agreement__in=by_id).values_list("agreement", "area"):
            self.areas_of[agreement].add(area)
        self.parties: dict[int, list[Party]] = defaultdict(list)
        self.of_partner: dict[int, list[tuple[Any, Party]]] = defaultdict(list)
        parties = Party.objects.current().filter(agreement__in=by_id).in_order()
        for party in parties.select_related("partnership__organization"):
            self.parties[party.agreement_id].append(party)
            if party.partnership_id:
                self.of_partner[party.partnership_id].append((by_id[party.agreement_id], party))

    def area_compliance(self, coverage: Coverage, elements: Mapping[int, Elements]) -> AreaCompliance:
        """Return an area of its coverage."""
        own = [each for each in self.agreements if coverage.area.pk in self.areas_of[each.pk]]
        mous = [each for each in own if each.is_mou]
        lines = [line for row in coverage.required for line in self._lines(row, elements)]
        shown = {part.agreement.pk for line in lines for part in line.mous}
        holding = [each for each in mous if self.standings[each.pk].holds]
        officials = [
            str(party) for each in holding for party in self.parties[each.pk] if party.kind == Party.Kind.OFFICIAL
        ]
        return AreaCompliance(
            area=coverage.area,
            today=self.today,
            lines=lines,
            mous=mous,
            ifas=[each for each in own if each.kind == Kind.IFA],
            elements=[(each, elements[each.pk]) for each in mous if each.pk in shown and each.pk in elements],
            officials=list(dict.fromkeys(officials)),
            standings=self.standings,
        )

    def _lines(self, row: Row, elements: Mapping[int, Elements]) -> Iterator[Line]:
        if not row.partners:
            yield Line(row.program, row, None)
        for partner in row.partners:
            parts = [self._part(agreement, party, elements) for agreement, party in self.of_partner[partner.pk]]
            current = [each for each in parts if each.standing.code in CURRENT]
            mous = _signed_first([each for each in current if each.agreement.is_mou])
            yield Line(row.program, row, partner, mous, [each for each in current if not each.agreement.is_mou])

    def _part(self, agreement: Any, party: Party, elements: Mapping[int, Elements]) -> Participation:
        standing = standing_of_party(agreement, party, self.today)
        clock = next((each for each in clocks_of(agreement, self.today)), None) if agreement.executed_on else None
        return Participation(agreement, standing, elements.get(agreement.pk), clock)


def _signed_first(parts: Sequence[Participation]) -> list[Participation]:
    """Return the signed MOUs of a partner; drafts only if it has none: a draft of the next one is no finding."""
    return [each for each in parts if each.is_signed] or list(parts)


def _elements_of(
    known: _Known, coverages: Mapping[int, Coverage], officials: Collection[Office]
) -> dict[int, Elements]:
    """Return the required elements of each MOU that says how partners stand today; three queries."""
    mous = [each for each in known.agreements if each.is_mou and known.standings[each.pk].code in CURRENT]
    ids = [each.pk for each in mous]
    clauses: dict[int, list[Clause]] = defaultdict(list)
    for clause in Clause.objects.current().filter(agreement__in=ids).in_order():
        clauses[clause.agreement_id].append(clause)
    records: dict[int, list[ElementRecord]] = defaultdict(list)
    for record in ElementRecord.objects.filter(agreement__in=ids).order_by("pk"):
        records[record.agreement_id].append(record)
    offices = {party.office_id for pk in ids for party in known.parties[pk] if party.office_id}
    held = frozenset(Tenure.objects.on(known.today).filter(office__in=offices).values_list("office", flat=True))
    found = {}
    for each in mous:
        areas = known.areas_of[each.pk]
        around = Surroundings(
            today=known.today,
            parties=known.parties[each.pk],
            held_offices=held,
            officials={office.pk: office.title for office in officials if office.area_id in areas},
            programs=programs_in(coverages[area] for area in sorted(areas)) if each.kind == Kind.UMBRELLA else {},
        )
        found[each.pk] = Elements.of(completeness_of(each, clauses[each.pk], records[each.pk], around, fields=BLANKS))
    return found


def areas_in(state_id: int) -> list[LocalArea]:
    """Return the areas of a state, by name."""
    areas = LocalArea.objects.current().filter(state=state_id).select_related("state")
    return list(areas.order_by(Lower("name"), "pk"))
