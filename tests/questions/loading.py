"""Write the corpus to the database: in bulk, with the directory's own triggers, which run once at the end."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from partners.coverage.programs import load_programs
from partners.models import (
    LocalArea,
    Location,
    Organization,
    Partnership,
    PartnershipProgram,
    Program,
    Service,
    ServiceLocation,
    ServiceProgram,
    ServiceText,
    State,
)
from partners.search import index
from tests.questions.corpus import Agency, Entry, Place, read_areas, read_corpus

CONFIRMED = date(2026, 10, 1)
Keys = dict[str, int]


@transaction.atomic
def load_corpus() -> Keys:
    """Write the whole corpus to a database without areas; return the id of each service by its key."""
    load_programs()
    state = State.objects.create(code="ZZ", name="Tanager", agency_name="Tanager Department of Labor and Workforce")
    areas = LocalArea.objects.bulk_create(LocalArea(state=state, **facts) for facts in read_areas())
    services: dict[str, Service] = {}
    with index.write_listings_once(lambda: [service.pk for service in services.values()]):
        services.update(_write(state, {area.slug: area for area in areas}, read_corpus()))
    index.rebuild()  # counts the words, for the correction of typing errors
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {key: service.pk for key, service in services.items()}


def _write(state: State, areas: dict[str, LocalArea], agencies: tuple[Agency, ...]) -> dict[str, Service]:
    organizations = Organization.objects.bulk_create(_organization(state, agency) for agency in agencies)
    partnerships = Partnership.objects.bulk_create(
        Partnership(area=areas[agency.area], organization=organization)
        for agency, organization in zip(agencies, organizations, strict=True)
    )
    programs = {program.code: program for program in Program.objects.all()}
    _keep(PartnershipProgram, (
        PartnershipProgram(partnership=partnership, program=programs[code])
        for agency, partnership in zip(agencies, partnerships, strict=True)
        for code in agency.programs
    ))  # fmt: skip
    offers = [
        (partnership, entry)
        for agency, partnership in zip(agencies, partnerships, strict=True)
        for entry in agency.entries
    ]
    places = {(one.organization_id, place): one for one, entry in offers for place in entry.places}
    locations = Location.objects.bulk_create(_location(place, one) for (_pk, place), one in places.items())
    at = dict(zip(places, locations, strict=True))
    services = Service.objects.bulk_create(_service(partnership, entry) for partnership, entry in offers)
    made = list(zip(services, offers, strict=True))
    _keep(ServiceProgram, (
        ServiceProgram(service=service, program=programs[code])
        for service, (_partnership, entry) in made
        for code in entry.programs
    ))  # fmt: skip
    _keep(ServiceLocation, (
        ServiceLocation(service=service, location=at[partnership.organization_id, place])
        for service, (partnership, entry) in made
        for place in entry.places
    ))  # fmt: skip
    _keep(ServiceText, (
        ServiceText(service=service, verified_on=CONFIRMED, **entry.spanish)
        for service, (_partnership, entry) in made
        if entry.spanish
    ))  # fmt: skip
    return {entry.key: service for service, (_partnership, entry) in made}


def _keep(kind: type[models.Model], rows: Iterator[Any]) -> None:
    kind._default_manager.bulk_create(rows)


def _organization(state: State, agency: Agency) -> Organization:
    return Organization(
        state=state,
        name=agency.name,
        short_name=agency.short_name,
        kind=agency.kind,
        website=agency.website,
        phone=agency.phone,
    )


def _location(place: Place, partnership: Partnership) -> Location:
    return Location(
        organization_id=partnership.organization_id,
        partnership=partnership,
        name=place.name,
        city=place.city,
        state_code="ZZ",
        accessibility=list(place.accessibility),
    )


def _service(partnership: Partnership, entry: Entry) -> Service:
    return Service(partnership=partnership, verified_on=CONFIRMED, **entry.columns)
