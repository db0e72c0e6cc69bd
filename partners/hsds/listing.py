"""What the read API of HSDS lists: public services, organizations, places and services at places, a page at a time.

Each list takes a number of queries that does not grow with its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from partners.hsds.serializing import (
    LINKED,
    Object,
    bare_object,
    current_links,
    events_of,
    link_object,
    location_object,
    organization_object,
    service_object,
    with_last_modified,
    with_parts,
)
from partners.importing.hsds import ids, taxonomies
from partners.importing.hsds.taxonomies import Taxonomy
from partners.models import (
    Center,
    LocalArea,
    Location,
    Organization,
    Partnership,
    Program,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceProgram,
    ServiceText,
)
from partners.search.queries import find_services
from partners.search.question import Question

# The columns of services that hold codes of terms.
CODED: dict[Taxonomy, tuple[str, Sequence[str]]] = {
    taxonomies.KIND: ("kind", Service.Kind.values),
    taxonomies.GROUPS: ("groups__contains", Service.Group.values),
    taxonomies.MODES: ("modes__contains", Service.Mode.values),
    taxonomies.ACCOMMODATIONS: ("accommodations__contains", Service.Accommodation.values),
}
FILLED = {
    taxonomies.KIND: ~Q(kind=""),
    taxonomies.GROUPS: ~Q(groups=[]),
    taxonomies.MODES: ~Q(modes=[]),
    taxonomies.ACCOMMODATIONS: ~Q(accommodations=[]),
    taxonomies.KEYWORDS: ~Q(keywords=[]),
    taxonomies.DETAILS: ~Q(audience=""),
    taxonomies.SPANISH: Q(texts__language=ServiceText.Language.SPANISH),
    taxonomies.AREA: Q(),
}


@dataclass(frozen=True)
class Wanted:
    """What a request asks for; empty parts ask for nothing."""

    area: str = ""  # the slug of a local area
    search: str = ""
    modified_after: datetime | None = None
    organization_id: str = ""
    taxonomy_id: str = ""
    taxonomy_term_id: str = ""
    full: bool = False
    minimal: bool = False


@dataclass(frozen=True)
class Page:
    """A page of a list: its number from 1 on, its size, and how many rows the list has."""

    number: int
    size: int
    total: int
    contents: Sequence[Object]

    @property
    def object(self) -> Object:
        """Return the page in the form of the standard."""
        pages = -(-self.total // self.size)
        return {
            "total_items": self.total,
            "total_pages": pages,
            "page_number": self.number,
            "size": len(self.contents),
            "first_page": self.number == 1,
            "last_page": self.number >= pages,
            "empty": not self.contents,
            "contents": list(self.contents),
        }


def _page(
    parts: Sequence[QuerySet], number: int, size: int, make: Callable[[Any], Object], *, total: int | None = None
) -> Page:
    """Return a page of several querysets, one after the other.

    The ids of a page are found first: a database that skips rows works out what is annotated to each of them.
    """
    counts = [rows.order_by().count() for rows in parts] if total is None else [total]
    start, contents = (number - 1) * size, []
    for rows, count in zip(parts, counts, strict=True):
        begin, end = max(start, 0), max(start + size, 0)
        if begin < min(end, count):
            keys = list(rows.values_list("pk", flat=True)[begin:end])
            contents += [make(row) for row in rows.filter(pk__in=keys)]
        start -= count
    return Page(number, size, sum(counts), contents)


# ---------------------------------------------------------------- Services
def services_page(wanted: Wanted, number: int, size: int, *, day: date) -> Page:
    """Return a page of services: bare ones with their organization, or full ones."""
    rows = _services(wanted)
    prepared = with_parts(rows) if wanted.full else with_last_modified(rows)

    def make(service: Service) -> Object:
        if wanted.minimal:
            return _minimal(service)
        if wanted.full:
            return service_object(service, day=day)
        return bare_object(service) | {"organization": organization_object(service.partnership.organization)}

    if not wanted.search:
        return _page([prepared.order_by("pk")], number, size, make)
    fitting = set(rows.values_list("pk", flat=True)) if (found := _found(wanted)) else set()
    ranked = [pk for pk in found if pk in fitting]
    shown = ranked[(number - 1) * size : number * size]
    by_pk = {service.pk: service for service in prepared.filter(pk__in=shown)}
    return Page(number, size, len(ranked), [make(by_pk[pk]) for pk in shown if pk in by_pk])


def service_at(key: str, *, day: date) -> tuple[Object, datetime | None] | None:
    """Return a service with everything nested in it and when it was last changed, or ``None`` if it is not public."""
    pk = ids.pk_of(ids.SERVICE, key)
    found: Any = with_parts(Service.objects.in_directory()).filter(pk=pk).first() if pk else None
    return (service_object(found, day=day), found.last_modified) if found else None


def _minimal(service: Any) -> Object:
    return {"id": ids.uuid_of(ids.SERVICE, service.pk), "last_modified": service.last_modified.isoformat()}


def _found(wanted: Wanted) -> list[int]:
    area = LocalArea.objects.current().filter(slug=wanted.area).first() if wanted.area else None
    return find_services(Question(" ".join(wanted.search.split())[:200], area=area)).service_ids


def _services(wanted: Wanted) -> QuerySet[Service]:
    """Return the public services that a request asks for, but for its search."""
    rows = Service.objects.in_directory()
    if wanted.area:
        rows = rows.filter(partnership__area__slug=wanted.area)
    if wanted.organization_id:
        rows = rows.filter(partnership__organization=ids.pk_of(ids.ORGANIZATION, wanted.organization_id))
    if wanted.modified_after:
        rows = rows.filter(_modified_after(wanted.modified_after))
    if wanted.taxonomy_id:
        rows = rows.filter(_of_taxonomy(wanted.taxonomy_id))
    if wanted.taxonomy_term_id:
        rows = rows.filter(_with_term(wanted.taxonomy_term_id, wanted.area))
    return rows


def _modified_after(at: datetime) -> Q:
    """Return the condition of services that were changed after a time, or moved to or from a place.

    The ids are united: PostgreSQL reads the events of one table again for each service if a condition has several.
    """
    first, *others = (
        events_of(model)
        ._default_manager.filter(pgh_created_at__gt=at)
        .values_list("pgh_obj_id" if column == "pgh_obj" else f"{column}_id")
        for model, column in LINKED
    )
    return Q(pk__in=first.union(*others))


def _of_taxonomy(key: str) -> Q:
    taxonomy = taxonomies.BY_ID.get(key.lower())
    if taxonomy == taxonomies.PROGRAMS:
        return Q(pk__in=ServiceProgram.objects.values("service"))
    return FILLED.get(taxonomy, Q(pk__in=[])) if taxonomy else Q(pk__in=[])


def _with_term(key: str, area: str) -> Q:
    """Return the condition of services with a term; keywords are found by ``search`` instead."""
    key = key.lower()
    for taxonomy, (lookup, codes) in CODED.items():
        for code in codes:
            if taxonomy.term_id(code) == key:
                return Q(**{lookup: [code] if lookup.endswith("contains") else code})
    for program in Program.objects.only("pk", "code"):
        if taxonomies.PROGRAMS.term_id(program.code) == key:
            return Q(pk__in=ServiceProgram.objects.filter(program=program).values("service"))
    for place in LocalArea.objects.current().only("pk", "slug"):
        if taxonomies.AREA.term_id(place.slug) == key:
            return Q(partnership__area=place)
    if taxonomies.DETAILS.term_id(taxonomies.AUDIENCE) == key:
        return ~Q(audience="")
    return Q(pk__in=[])


# ---------------------------------------------------------------- Organizations
def organizations_page(wanted: Wanted, number: int, size: int) -> Page:
    """Return a page of the organizations that offer public services."""
    rows = _organizations(wanted)
    if wanted.search:
        rows = rows.filter(Q(name__icontains=wanted.search) | Q(short_name__icontains=wanted.search))
    return _page([rows.order_by("pk")], number, size, organization_object)


def organization_at(key: str, *, day: date) -> Object | None:
    """Return an organization with its public locations, or ``None`` if it offers no public service."""
    pk = ids.pk_of(ids.ORGANIZATION, key)
    found = _organizations(Wanted()).filter(pk=pk).first() if pk else None
    if found is None:
        return None
    places = [_place(place, day) for place in _locations(Wanted()).filter(organization=found).order_by("pk")]
    return organization_object(found) | ({"locations": places} if places else {})


def _organizations(wanted: Wanted) -> QuerySet[Organization]:
    services = _services(Wanted(area=wanted.area, organization_id=wanted.organization_id))
    return Organization.objects.filter(pk__in=services.values("partnership__organization"))


# ---------------------------------------------------------------- Places
def locations_page(wanted: Wanted, number: int, size: int, *, day: date) -> Page:
    """Return a page of the One-Stop centers and of the locations of partners where public services are offered."""
    parts: list[QuerySet] = [_locations(wanted).order_by("pk")]
    if not wanted.organization_id:
        parts.insert(0, _centers(wanted).order_by("pk"))
    if wanted.search:
        parts = [rows.filter(name__icontains=wanted.search) for rows in parts]
    return _page(parts, number, size, lambda place: _place(place, day))


def location_at(key: str, *, day: date) -> Object | None:
    """Return a center or location, or ``None`` if no public service is offered there."""
    rows: QuerySet
    for kind, rows in ((ids.CENTER, _centers(Wanted())), (ids.LOCATION, _locations(Wanted()))):
        if (pk := ids.pk_of(kind, key)) and (found := rows.filter(pk=pk).first()):
            return _place(found, day)
    return None


def _centers(wanted: Wanted) -> QuerySet[Center]:
    rows = Center.objects.current().filter(area__archived_at=None).select_related("area")
    return rows.filter(area__slug=wanted.area) if wanted.area else rows


def _locations(wanted: Wanted) -> QuerySet[Location]:
    services = _services(Wanted(area=wanted.area, organization_id=wanted.organization_id))
    links = ServiceLocation.objects.filter(service__in=services)
    elsewhere = Partnership.objects.select_related("area").order_by(Lower("area__name"), "pk")
    return (
        Location.objects.current()
        .filter(pk__in=links.values("location"))
        .select_related("partnership__area")
        .prefetch_related(Prefetch("organization__partnerships", elsewhere, to_attr="in_areas"))
    )


def _place(place: Any, day: date) -> Object:
    if isinstance(place, Center):
        return location_object(place, place.area, day=day)
    area = place.partnership.area if place.partnership else place.organization.in_areas[0].area
    return location_object(place, area, day=day)


# ---------------------------------------------------------------- Services at places
def links_page(wanted: Wanted, number: int, size: int, *, day: date) -> Page:
    """Return a page of public services at places."""
    services = _services(Wanted(area=wanted.area, organization_id=wanted.organization_id))
    parts = [_links(model, services).order_by("pk") for model in (ServiceCenter, ServiceLocation)]
    return _page(parts, number, size, lambda link: _link(link, day))


def link_at(key: str, *, day: date) -> Object | None:
    """Return a service at a place, or ``None`` if it is not public."""
    for kind, model in ((ids.AT_CENTER, ServiceCenter), (ids.AT_LOCATION, ServiceLocation)):
        pk = ids.pk_of(kind, key)
        if pk and (found := _links(model, Service.objects.in_directory()).filter(pk=pk).first()):
            return _link(found, day)
    return None


def _links(model: Any, services: QuerySet[Service]) -> QuerySet:
    return current_links(model).filter(service__in=services).select_related("service__partnership__area")


def _link(link: Any, day: date) -> Object:
    return link_object(link, link.service.partnership.area, day=day)
