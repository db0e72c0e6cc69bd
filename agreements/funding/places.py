"""Where a budget has costs: the centers of the areas that take part in its agreement, and where partners sit."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget
from agreements.models import Agreement, FundingBudget
from partners.models import Center, Partnership, Presence


def centers_of(agreement: Agreement) -> QuerySet[Center]:
    """Return the current centers of the area that leads an agreement, and of further ones, by name."""
    here = Q(area=agreement.area_id) | Q(area__in=agreement.further_areas.values("area"))
    return Center.objects.current().filter(here).order_by(Lower("name"), "pk")


def demand_place(budget: FundingBudget, center: Center | None) -> None:
    """Refuse a center that takes no part in the agreement.

    :raises CannotBudget: then.
    """
    if center is not None and not centers_of(budget.agreement).filter(pk=center.pk).exists():
        raise CannotBudget(_("Choose a center of this area."), field="center")


def usual_centers(agreement: Agreement, partnerships: Collection[Partnership]) -> dict[int, list[Center]]:
    """Return the centers in which each partner pays unless decided otherwise, by its id; three queries.

    Every partner shares the comprehensive centers; an affiliate or specialized center only those that have hours there
    (TEGL 17-16).
    """
    centers = list(centers_of(agreement))
    hours = Presence.objects.in_use().filter(partnership__in=[one.pk for one in partnerships], center__in=centers)
    present: dict[int, set[int]] = defaultdict(set)
    for partner, center in hours.values_list("partnership", "center").distinct():
        present[partner].add(center)
    return {
        one.pk: [
            center
            for center in centers
            if center.kind == Center.Kind.COMPREHENSIVE or center.pk in present[one.pk]
        ]
        for one in partnerships
    }  # fmt: skip
