"""Which services and partnerships of an area a person manages."""

from django.db.models.functions import Lower
from django.http import HttpRequest

from partners.models import LocalArea, Partnership
from partners.rules import may
from partners.seats import seats_of


def keeps_some_service(request: HttpRequest, area: LocalArea) -> bool:
    """Return whether the person may manage a service of the area: as staff, or as manager of a partner."""
    return may(request.user, "partners.edit_area", area) or bool(managed_partnerships(request, area))


def managed_partnerships(request: HttpRequest, area: LocalArea) -> list[Partnership]:
    """Return the partnerships in the area that the person manages."""
    managed = seats_of(request.user).managed_partnership_ids
    if not managed:
        return []
    rows = Partnership.objects.current().filter(area=area, pk__in=managed).select_related("organization")
    return list(rows.order_by(Lower("organization__name"), "pk"))
