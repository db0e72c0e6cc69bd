"""The status of a person's own organizations in an area."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower

from onestop.ui.sentences import join_words
from partners.models import LocalArea, Membership, Partnership, Representative, Role, Service
from partners.seats import Seats

SHOWN = 5  # services of an organization that the page of a representative lists


@dataclass(frozen=True)
class OwnOrganization:
    """The status of one of the person's own organizations in the area."""

    partnership: Partnership
    services: int
    fresh: int
    people: list[Representative]
    keepers: list[str]
    is_kept_by_user: bool
    public: list[Service]

    @property
    def stale(self) -> int:
        """Number of services that were not confirmed in the last six months."""
        return self.services - self.fresh

    @property
    def manager_names(self) -> str:
        """Names of the managers, as a list within a sentence."""
        return join_words(self.keepers)

    @property
    def shown(self) -> list[Service]:
        """The first services that the public sees."""
        return self.public[:SHOWN]

    @property
    def has_one_person(self) -> bool:
        """Whether one representative has no alternate."""
        return len(self.people) == 1


def own_organizations(seats: Seats, area: LocalArea, today: date) -> list[OwnOrganization]:
    """Return the person's own organizations in the area, with their services and people; four queries, or none."""
    if area.pk not in seats.partner_area_ids:
        return []
    representatives = Representative.objects.current().order_by("-kind", Lower("name"), "pk")
    partnerships: Any = (
        Partnership.objects.current()
        .filter(area=area, pk__in=seats.partnership_ids)
        .with_services(today)
        .select_related("organization")
        .prefetch_related(Prefetch("representatives", representatives, to_attr="speaking"))
        .order_by(Lower("organization__name"), "pk")
    )
    # A seat for the whole organization manages each of its partnerships.
    of_one: dict[int, list[str]] = defaultdict(list)
    of_all: dict[int, list[str]] = defaultdict(list)
    managers = Membership.objects.current().filter(
        Q(partnership__in=seats.partnership_ids) | Q(organization__in=seats.organization_ids), role=Role.MANAGER
    )
    for seat in managers.select_related("user").order_by(Lower("user__name")):
        keepers = of_one[seat.partnership_id] if seat.partnership_id else of_all[seat.organization_id or 0]
        keepers.append(seat.user.name)
    public: dict[int, list[Service]] = defaultdict(list)
    for service in (
        Service.objects.in_directory()
        .filter(partnership__area=area, partnership__in=seats.partnership_ids)
        .order_by(Lower("name"), "pk")
    ):
        public[service.partnership_id].append(service)
    return [
        OwnOrganization(
            partnership,
            partnership.services_total,
            partnership.services_fresh,
            partnership.speaking,
            [*of_one[partnership.pk], *of_all[partnership.organization_id]],
            partnership.pk in seats.managed_partnership_ids,
            public[partnership.pk],
        )
        for partnership in partnerships
    ]
