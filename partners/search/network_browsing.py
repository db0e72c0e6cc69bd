"""What signed-in users can browse where the search of an area has found nothing, with numbers, and whom to call."""

from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When
from django.db.models.functions import Lower
from django.urls import reverse

from partners.models import Center, LocalArea, Service
from partners.search.network_search import KINDS
from partners.search.no_results import Category

# The list of each kind of rows that the search finds, where an area has one.
LISTS = {
    "partner": "partners:partnership_list",
    "service": "partners:service_list",
    "person": "partners:representative_list",
    "center": "partners:center_list",
    "place": "partners:location_list",
    "term": "partners:term_list",
    "practice": "partners:practice_list",
}


def lists_to_browse(area: LocalArea, viewer: Any) -> list[Category]:
    """Return the lists of an area that have rows the viewer may see; a query for each."""
    numbers = {code: KINDS[code].rows(area, viewer).count() for code in LISTS if code in KINDS}
    return [
        Category(str(KINDS[code].heading), number, reverse(LISTS[code], args=[area.slug]))
        for code, number in numbers.items()
        if number
    ]


def service_kinds_to_browse(area: LocalArea, viewer: Any) -> list[Category]:
    """Return the kinds of services of an area, the largest first; one query."""
    rows = Service.objects.visible_to(viewer).current().filter(partnership__area=area).exclude(kind="")
    numbers = rows.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind")
    labels, address = dict(Service.Kind.choices), reverse("partners:service_list", args=[area.slug])
    return [Category(str(labels[kind]), number, f"{address}?kind={kind}") for kind, number in numbers]


def centers_to_call(area: LocalArea) -> QuerySet[Center]:
    """Return the centers of an area with a phone number, the comprehensive ones first."""
    first = Case(When(kind=Center.Kind.COMPREHENSIVE, then=Value(0)), default=Value(1))
    return Center.objects.current().filter(area=area).exclude(phone="").order_by(first, Lower("name"), "pk")
