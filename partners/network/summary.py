"""Summaries of an area's network: what counts as a partner, a service or a representative, and the counts.

A page that counts one of these nouns uses a queryset of this module, or ``is_active_partner`` (partners.models.active).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, Max, Q, QuerySet

from partners.coverage.decisions import active_links, decisions_that_count, uncovered_programs
from partners.models import (
    Center,
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
from partners.people.single_person_risk import number_of_single_persons


@dataclass(frozen=True)
class ProgramCounts:
    """How many programs are required, and which of them have no partner, or a decision instead of one."""

    required: int
    uncovered: list[Program]
    decided: list[ProgramDecision]

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


def summary_of(area: LocalArea, *, today: date) -> AreaSummary:
    """Return the summary of an area's network, in a few queries whatever its size."""
    partners = active_partners(area).count()
    services = services_of(area)
    return AreaSummary(
        **vars(program_counts(area)),
        partners=partners,
        carry_required=partners - active_partners(area).additional().count(),
        services=services.count(),
        fresh=services.fresh(today).count(),
        people=representatives_of(area).count(),
        centers=Center.objects.current().filter(area=area).count(),
        **number_of_single_persons(active_partners(area)),
    )


def active_partners(area: LocalArea) -> PartnershipQuerySet:
    """Return the partners of an area: active, not archived."""
    return Partnership.objects.active().filter(area=area)


def services_of(area: LocalArea) -> ServiceQuerySet:
    """Return the services of an area: current, of its active partners."""
    return Service.objects.of_partners().filter(partnership__area=area)


def representatives_of(area: LocalArea) -> RepresentativeQuerySet:
    """Return the representatives in an area: current, of its active partners."""
    return Representative.objects.of_partners().filter(partnership__area=area)


def program_counts(area: LocalArea) -> ProgramCounts:
    """Return the counts of required programs in an area; three queries."""
    decided = decisions_that_count().filter(area=area).select_related("program").order_by("program__position")
    return ProgramCounts(Program.objects.required().count(), list(uncovered_programs(area)), list(decided))


def invitations_into(area: LocalArea) -> InvitationQuerySet:
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
    """Return a comparison of areas, given the number of required programs; eight queries for any number of areas."""
    partners = _count(Partnership.objects.active().filter(area__in=areas), "area", Count("pk"))
    carried = active_links().filter(partnership__area__in=areas, program__is_required=True)
    covered = _count(carried, "partnership__area", Count("program", distinct=True))
    decided = _count(decisions_that_count().filter(area__in=areas), "area", Count("pk"))
    services = Service.objects.of_partners().filter(partnership__area__in=areas)
    offered = _count(services, "partnership__area", Count("pk"))
    fresh = _count(services.fresh(today), "partnership__area", Count("pk"))
    last = _count(services, "partnership__area", Max("verified_on"))
    people = _count(
        Representative.objects.of_partners().filter(partnership__area__in=areas), "partnership__area", Count("pk")
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
        for area in areas
    ]


def _count(rows: QuerySet, by: str, what: Aggregate) -> dict[int, Any]:
    return dict(rows.order_by().values_list(by).annotate(number=what))
