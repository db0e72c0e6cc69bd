"""How the network of an area stands: the figures that first pages show, each counted by the rows behind it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from partners.models import (
    Center,
    LocalArea,
    Partnership,
    PartnershipProgram,
    Program,
    Representative,
    Service,
)
from partners.models.partnerships import PartnershipQuerySet
from partners.models.services import ServiceQuerySet


@dataclass(frozen=True)
class Standing:
    """Counts of one area's network on one day."""

    partners: int
    carry_required: int
    required: int
    uncovered: list[Program]
    services: int
    fresh: int
    people: int
    centers: int

    @property
    def joined_by_choice(self) -> int:
        """Partners that carry no required program."""
        return self.partners - self.carry_required

    @property
    def covered(self) -> int:
        """Required programs that have a partner here."""
        return self.required - len(self.uncovered)

    @property
    def unconfirmed(self) -> int:
        """Services that nobody has confirmed for six months."""
        return self.services - self.fresh


def standing_of(area: LocalArea, *, today: date) -> Standing:
    """Return how the network of the area stands, in a handful of queries whatever its size."""
    carries_required = PartnershipProgram.objects.filter(partnership=OuterRef("pk"), program__is_required=True)
    partners = active_partners(area).aggregate(
        all=Count("pk"), required=Count("pk", filter=Q(Exists(carries_required)))
    )
    services = services_of(area)
    return Standing(
        partners=partners["all"],
        carry_required=partners["required"],
        required=Program.objects.filter(is_required=True).count(),
        uncovered=list(uncovered_programs(area)),
        services=services.count(),
        fresh=services.fresh(today).count(),
        people=Representative.objects.current().filter(partnership__in=active_partners(area)).count(),
        centers=Center.objects.current().filter(area=area).count(),
    )


def active_partners(area: LocalArea) -> PartnershipQuerySet:
    """Return the area's active partners."""
    return Partnership.objects.current().filter(area=area, status=Partnership.Status.ACTIVE)


def services_of(area: LocalArea) -> ServiceQuerySet:
    """Return the services in use of the area's partners."""
    return Service.objects.current().filter(partnership__area=area, partnership__archived_at=None)


def uncovered_programs(area: LocalArea) -> QuerySet[Program]:
    """Return required programs (20 CFR 678.400(b)) that no active partner of the area carries."""
    carried = PartnershipProgram.objects.filter(partnership__in=active_partners(area)).values("program")
    return Program.objects.filter(is_required=True).exclude(pk__in=carried).order_by("position")


@dataclass(frozen=True)
class AreaStanding:
    """One line of the comparison of a state's areas."""

    area: LocalArea
    partners: int
    covered: int
    services: int
    fresh: int
    people: int


def compare_areas(areas: QuerySet[LocalArea], *, today: date) -> list[AreaStanding]:
    """Return how each area stands, in four queries whatever the number of areas."""
    active = Q(archived_at=None, status=Partnership.Status.ACTIVE)
    partners = _count(Partnership.objects.filter(active, area__in=areas), "area", Count("pk"))
    covered = _count(
        PartnershipProgram.objects.filter(
            partnership__archived_at=None,
            partnership__status=Partnership.Status.ACTIVE,
            partnership__area__in=areas,
            program__is_required=True,
        ),
        "partnership__area",
        Count("program", distinct=True),
    )
    services = Service.objects.current().filter(partnership__archived_at=None, partnership__area__in=areas)
    offered = _count(services, "partnership__area", Count("pk"))
    fresh = _count(services.fresh(today), "partnership__area", Count("pk"))
    people = _count(
        Representative.objects.current().filter(partnership__archived_at=None, partnership__area__in=areas),
        "partnership__area",
        Count("pk"),
    )
    return [
        AreaStanding(
            area,
            partners.get(area.pk, 0),
            covered.get(area.pk, 0),
            offered.get(area.pk, 0),
            fresh.get(area.pk, 0),
            people.get(area.pk, 0),
        )
        for area in areas
    ]


def _count(rows: QuerySet, by: str, what: Count) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(number=what))
