"""Summaries of an area's network: what counts as a partner, a service or a representative, and the counts.

A page that counts one of these nouns uses a queryset of this module, or ``is_active_partner`` (partners.models.active).
"""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import Aggregate, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from onestop.ui.small_queries import SmallQuery, read_together
from onestop.ui.written_queries import Row, WrittenQuery, written_once
from partners.coverage.decisions import active_links, decisions_that_count
from partners.coverage.matrix import Coverage, coverage_of
from partners.models import (
    Invitation,
    LocalArea,
    Partnership,
    Program,
    ProgramDecision,
    Representative,
    Service,
)
from partners.models.invitations import InvitationQuerySet
from partners.models.partnerships import PartnershipQuerySet
from partners.models.people import RepresentativeQuerySet
from partners.models.services import ServiceQuerySet
from partners.people.single_person_risk import COUNTS


@dataclass(frozen=True)
class ProgramCounts:
    """How many programs are required, and which of them have no partner, or a decision instead of one."""

    required: int
    uncovered: list[Program]
    decided: list[Program]

    @property
    def covered(self) -> int:
        """Number of required programs with a partner."""
        return self.required - len(self.uncovered) - len(self.decided)

    @property
    def settled(self) -> int:
        """Number of required programs with a partner or a decision that none is needed."""
        return self.required - len(self.uncovered)


@dataclass(frozen=True)
class AreaSummary(ProgramCounts):
    """Counts of one area's network on one day."""

    partners: int
    carry_required: int
    services: int
    fresh: int
    people: int
    centers: int
    alone: int
    risks: int

    @property
    def joined_by_choice(self) -> int:
        """Number of additional partners: those without a required program."""
        return self.partners - self.carry_required

    @property
    def unconfirmed(self) -> int:
        """Number of services that were not confirmed in the last six months."""
        return self.services - self.fresh


@dataclass(frozen=True)
class AreaNetwork:
    """What most of a first page is made of: the coverage of an area today, and ``people_counts`` of its partners."""

    coverage: Coverage
    partners: WrittenQuery


def network_of(area: LocalArea, *, today: date) -> AreaNetwork:
    """Return the network of an area; the partners are not yet read."""
    return AreaNetwork(coverage_of(area, today=today), _people_of_partners(area.pk))


def summary_of(area: LocalArea, *, today: date) -> AreaSummary:
    """Return the summary of an area's network, in a few queries whatever its size."""
    network = network_of(area, today=today)
    return summarize(network, *read_together(summary_parts(network, today=today)))


def summary_parts(network: AreaNetwork, *, today: date) -> list[SmallQuery[Any]]:
    """Return the queries of ``summarize``."""
    counts = _counts_of(network.coverage.area.pk, today)
    return [SmallQuery(counts, itemgetter(0)), SmallQuery(network.partners, list)]


@written_once
def _counts_of(area: int, today: date) -> QuerySet[Any, Any]:
    services, people = services_of(area).order_by(), representatives_of(area).order_by()
    return LocalArea.objects.filter(pk=area).values(
        services=_number(services), fresh=_number(services.fresh(today)), people=_number(people)
    )


@written_once
def _people_of_partners(area: int) -> QuerySet[Any, Any]:
    return people_counts(active_partners(area))


def summarize(network: AreaNetwork, counts: Row, partners: list[Row]) -> AreaSummary:
    """Return the summary of an area from its network and the answers to ``summary_parts``."""
    coverage = network.coverage
    alone = [[partner[name] for name in COUNTS.values()].count(1) for partner in partners]
    return AreaSummary(
        required=len(coverage.required),
        uncovered=[row.program for row in coverage.gaps],
        decided=[row.program for row in coverage.required if row.decision and not row.partners],
        partners=len(coverage.partners),
        carry_required=len(coverage.partners) - len(coverage.joined),
        centers=len(coverage.centers),
        alone=sum(number > 0 for number in alone),
        risks=sum(alone),
        **counts,
    )


def people_counts(partnerships: PartnershipQuerySet) -> QuerySet[Any, Any]:
    """Return partners by name as rows, with their main representative and the counts of ``with_people``."""
    rows = partnerships.with_people().order_by(Lower("organization__name"), "pk")
    return rows.values(
        "pk", "organization_id", "main_name", *COUNTS.values(), organization_name=F("organization__name")
    )


def with_counts(partnerships: PartnershipQuerySet, today: date) -> PartnershipQuerySet:
    """Annotate partners with the counts of their people and services."""
    return partnerships.with_people().with_services(today)


def add_counts(partnerships: list[Partnership], today: date) -> dict[str, Any]:
    """Add to a few partners what ``with_counts`` annotates; one query."""
    counts = {row.pop("pk"): row for row in _counts_by_partner(frozenset(one.pk for one in partnerships), today).rows()}
    for partnership in partnerships:
        vars(partnership).update(counts[partnership.pk])
    return {}


@written_once
def _counts_by_partner(partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    counted = with_counts(Partnership.objects.filter(pk__in=partnerships), today)
    return counted.values("pk", "main_name", *COUNTS.values(), "services_total", "services_fresh")


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def active_partners(area: LocalArea | int) -> PartnershipQuerySet:
    """Return the partners of an area: active, not archived."""
    return Partnership.objects.active().filter(area=area)


def services_of(area: LocalArea | int) -> ServiceQuerySet:
    """Return the services of an area: current, of its active partners."""
    return Service.objects.of_partners().filter(partnership__area=area)


def representatives_of(area: LocalArea | int) -> RepresentativeQuerySet:
    """Return the representatives in an area: current, of its active partners."""
    return Representative.objects.of_partners().filter(partnership__area=area)


def program_counts(area: LocalArea) -> ProgramCounts:
    """Return the counts of required programs in an area; one query."""
    rows = _required_programs(area.pk).objects()
    without = [program for program in rows if not program.is_carried]
    return ProgramCounts(
        required=len(rows),
        uncovered=[program for program in without if not program.is_decided],
        decided=[program for program in without if program.is_decided],
    )


@written_once
def _required_programs(area: int) -> QuerySet[Any, Any]:
    carried = active_links().filter(partnership__area=area, program=OuterRef("pk"))
    decided = ProgramDecision.objects.current().filter(area=area, program=OuterRef("pk"))
    programs: Any = Program.objects.required().annotate(is_carried=Exists(carried), is_decided=Exists(decided))
    return programs.order_by("position")


def invitations_into(area: LocalArea | int) -> InvitationQuerySet:
    """Return the open invitations to the area itself and to its partners."""
    organizations = active_partners(area).values("organization")
    return Invitation.objects.open().filter(Q(area=area) | Q(organization__in=organizations))


@dataclass(frozen=True)
class AreaComparison:
    """One line of the comparison of a state's areas."""

    area: LocalArea
    partners: int
    covered: int
    decided: int
    gaps: int
    services: int
    fresh: int
    people: int
    confirmed_on: date | None


def compare_areas(areas: QuerySet[LocalArea], *, required: int, today: date) -> list[AreaComparison]:
    """Return a comparison of areas, given the number of required programs; two queries for any number of areas."""
    rows = list(areas)
    ids = frozenset(area.pk for area in rows)
    counted = (_partners_in, _covered_in, _decided_in, _services_in, _people_in)
    queries = [*(count(ids) for count in counted), _fresh_in(ids, today), _last_confirmed_in(ids)]
    partners, covered, decided, offered, people, fresh, last = read_together(
        SmallQuery(query, lambda found: {row["of"]: row["number"] for row in found}) for query in queries
    )
    return [
        AreaComparison(
            area,
            partners.get(area.pk, 0),
            covered.get(area.pk, 0),
            decided.get(area.pk, 0),
            required - covered.get(area.pk, 0) - decided.get(area.pk, 0),
            offered.get(area.pk, 0),
            fresh.get(area.pk, 0),
            people.get(area.pk, 0),
            last.get(area.pk),
        )
        for area in rows
    ]


@written_once
def _partners_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    return _by_area(Partnership.objects.active().filter(area__in=areas), "area", Count("pk"))


@written_once
def _covered_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    carried = active_links().filter(partnership__area__in=areas, program__is_required=True)
    return _by_area(carried, "partnership__area", Count("program", distinct=True))


@written_once
def _decided_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    return _by_area(decisions_that_count().filter(area__in=areas), "area", Count("pk"))


@written_once
def _services_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    return _by_area(_services_of(areas), "partnership__area", Count("pk"))


@written_once
def _people_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    people = Representative.objects.of_partners().filter(partnership__area__in=areas)
    return _by_area(people, "partnership__area", Count("pk"))


@written_once
def _fresh_in(areas: frozenset[int], today: date) -> QuerySet[Any, Any]:
    return _by_area(_services_of(areas).fresh(today), "partnership__area", Count("pk"))


@written_once
def _last_confirmed_in(areas: frozenset[int]) -> QuerySet[Any, Any]:
    return _by_area(_services_of(areas), "partnership__area", Max("verified_on"))


def _services_of(areas: frozenset[int]) -> ServiceQuerySet:
    return Service.objects.of_partners().filter(partnership__area__in=areas)


def _by_area(rows: QuerySet[Any, Any], area: str, what: Aggregate) -> QuerySet[Any, Any]:
    """Return a number for each area: ``of`` and ``number``; ``area`` leads there from a row."""
    return rows.order_by().values(of=F(area)).annotate(number=what)
