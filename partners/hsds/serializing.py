"""Services, organizations and locations of the public directory as objects of HSDS 3.1.

One definition for the export and the read API. An object holds what the public pages and the public manual show, and no
persons. It is the same in every language, since it is data: labels are English.

- :func:`with_parts` makes the queries of services: a number that does not grow with them.
- :func:`service_object` returns a service with everything nested in it; :func:`bare_object` leaves out lists.
- :func:`organization_object`, :func:`location_object` and :func:`link_object` (a service at a location) likewise.

Absent values are left out: the schemas of the standard do not accept ``null``.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

import pycountry
from django.db.models import DateTimeField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import translation

from partners.importing.hsds import hours, ids, taxonomies
from partners.importing.hsds.phone_texts import split_phones
from partners.importing.hsds.schedule_texts import ICAL_DAYS, LOCAL_TIMES
from partners.importing.hsds.taxonomies import Taxonomy
from partners.models import (
    AccessibilityFeature,
    Center,
    LocalArea,
    Location,
    Organization,
    Program,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceText,
)
from partners.models.service_texts import WORDS

Object = dict[str, Any]
DAY_CODES = {number: code for code, number in ICAL_DAYS.items()}
CURRENCY = "USD"
FREE = {"free", "no cost", "no charge"}
LINKED: tuple[tuple[Any, str], ...] = (
    (Service, "pgh_obj"),
    (ServiceCenter, "service"),
    (ServiceLocation, "service"),
    (ServiceText, "service"),
)


# ---------------------------------------------------------------- Queries
def with_parts(services: QuerySet[Service]) -> QuerySet[Service]:
    """Return services with everything that their objects hold; seven queries for any number of them."""
    return with_last_modified(services).prefetch_related(
        Prefetch("programs", Program.objects.order_by("position")),
        Prefetch("center_links", current_links(ServiceCenter).order_by("center_id"), to_attr="shown_centers"),
        Prefetch("texts", ServiceText.objects.by_language(ServiceText.Language.SPANISH), to_attr="spanish_texts"),
        Prefetch("location_links", current_links(ServiceLocation).order_by("location_id"), to_attr="shown_locations"),
    )


def with_last_modified(services: QuerySet[Service]) -> QuerySet[Service]:
    """Return services with their organizations, and annotate when each or its places were last changed."""
    times = [_last_event(model, column) for model, column in LINKED]
    return services.select_related("partnership__organization", "partnership__area").annotate(
        last_modified=Greatest(*times, output_field=DateTimeField())
    )


def current_links(model: Any) -> QuerySet:
    """Return the links of services to centers or locations that are not archived, with these."""
    name = "center" if model is ServiceCenter else "location"
    return model._default_manager.filter(**{f"{name}__archived_at": None}).select_related(name)


def events_of(model: Any) -> Any:
    """Return the model with the history of a model."""
    return model._meta.apps.get_model("partners", f"{model.__name__}Event")


def _last_event(model: Any, column: str) -> Subquery:
    events = events_of(model)._default_manager.filter(**{column: OuterRef("pk")}).order_by("-pgh_id")
    return Subquery(events.values("pgh_created_at")[:1])


# ---------------------------------------------------------------- Services
def service_object(service: Service, *, day: date) -> Object:
    """Return a service of :func:`with_parts` with everything nested in it.

    Hours are written with the offset from UTC that the time zone of the area has on ``day``.
    """
    found = bare_object(service)
    key, area = found["id"], service.partnership.area
    owner = {"service_id": key}
    return found | _filled(
        organization=organization_object(service.partnership.organization),
        phones=_phones(key, owner, service.phone),
        schedules=_schedules(key, owner, service.hours, area, day),
        languages=_languages(key, owner, service.languages),
        funding=[_part(key, "funding", at, owner, source=one) for at, one in enumerate(service.funding_sources)],
        cost_options=_cost_options(key, owner, service.cost),
        required_documents=_documents(key, owner, service.documents),
        service_at_locations=[link_object(link, area, day=day) for link in _links(service)],
        attributes=list(_attributes(key, service)),
    )


def bare_object(service: Service) -> Object:
    """Return a service of :func:`with_last_modified` with its own values only, without lists or its partner."""
    changed: datetime | None = getattr(service, "last_modified", None)
    asl = Service.Accommodation.ASL
    return {
        "id": ids.uuid_of(ids.SERVICE, service.pk),
        "organization_id": ids.uuid_of(ids.ORGANIZATION, service.partnership.organization_id),
        "name": service.name,
        "status": "temporarily closed" if service.is_paused else "active",
    } | _filled(
        description=service.description,
        url=service.website,
        email=service.email,
        interpretation_services=_labels(Service.Accommodation)[asl] if asl in service.accommodations else "",
        application_process=service.how_to_get_in,
        fees_description=service.cost,
        wait_time=service.wait_time,
        eligibility_description=service.eligibility,
        assured_date=service.verified_on.isoformat() if service.verified_on else "",
        alert=service.paused_note if service.is_paused else "",
        last_modified=changed.isoformat() if changed else "",
    )


def _links(service: Any) -> Iterable[Any]:
    return [*service.shown_centers, *service.shown_locations]


# ---------------------------------------------------------------- Organizations and places
def organization_object(organization: Organization) -> Object:
    """Return an organization with its phone."""
    key = ids.uuid_of(ids.ORGANIZATION, organization.pk)
    return {
        "id": key,
        "name": organization.name,
        # The standard demands one. An import takes a description that repeats the name for none.
        "description": organization.description or organization.name,
    } | _filled(
        alternate_name=organization.short_name,
        email=organization.email,
        website=organization.website,
        legal_status=_labels(Organization.Kind).get(organization.kind, ""),
        phones=_phones(key, {"organization_id": key}, organization.phone),
    )


def location_object(place: Location | Center, area: LocalArea, *, day: date) -> Object:
    """Return a location of an organization or a One-Stop center; ``area`` has its time zone."""
    is_center = isinstance(place, Center)
    key = ids.uuid_of(ids.CENTER if is_center else ids.LOCATION, place.pk)
    owner = {"location_id": key}
    belongs = {} if isinstance(place, Center) else {"organization_id": place.organization_id}
    terms = [(taxonomies.PLACES, taxonomies.CENTER, "American Job Center")] if is_center else []
    return {"id": key, "location_type": "physical", "name": place.name} | _filled(
        **{name: ids.uuid_of(ids.ORGANIZATION, pk) for name, pk in belongs.items()},
        transportation=place.directions,
        addresses=_addresses(key, owner, place),
        phones=_phones(key, owner, place.phone),
        schedules=_schedules(key, owner, place.hours, area, day),
        accessibility=[
            _part(key, "accessibility", value, owner, description=_labels(AccessibilityFeature)[value])
            for value in place.accessibility
            if value in _labels(AccessibilityFeature)
        ],
        attributes=[_attribute(key, "location", *term) for term in terms],
    )


def link_object(link: ServiceCenter | ServiceLocation, area: LocalArea, *, day: date) -> Object:
    """Return a service at a location, with the location."""
    place: Location | Center
    if isinstance(link, ServiceCenter):
        kind, place = ids.AT_CENTER, link.center
    else:
        kind, place = ids.AT_LOCATION, link.location
    location = location_object(place, area, day=day)
    return {
        "id": ids.uuid_of(kind, link.pk),
        "service_id": ids.uuid_of(ids.SERVICE, link.service_id),
        "location_id": location["id"],
        "location": location,
    }


def _addresses(key: str, owner: Object, place: Location | Center) -> list[Object]:
    if not any((place.street, place.city, place.postal_code)):
        return []
    return [
        _part(key, "addresses", 0, owner)
        | {
            "address_1": place.street,
            "city": place.city,
            "state_province": place.state_code,
            "postal_code": place.postal_code,
            "country": "US",
            "address_type": "physical",
        }
    ]


# ---------------------------------------------------------------- Parts
def _phones(key: str, owner: Object, text: str) -> list[Object]:
    return [_part(key, "phones", at, owner, **row) for at, row in enumerate(split_phones(text))]


def _schedules(key: str, owner: Object, text: str, area: LocalArea, day: date) -> list[Object]:
    """Return the days and hours of a text, each with the whole text as its description."""
    if not text:
        return []
    days: dict[tuple[time, time], list[int]] = {}
    for weekday, spans in (hours.read_week(text) or {}).items():
        for span in spans:
            days.setdefault(span, []).append(weekday)
    offset = _offset(area, day)
    if not days:
        return [_part(key, "schedules", 0, owner, description=text)]
    return [
        _part(
            key,
            "schedules",
            at,
            owner,
            freq="WEEKLY",
            interval=1,
            byday=",".join(DAY_CODES[number] for number in numbers),
            description=text,
            opens_at=f"{opens:%H:%M}{offset}",
            closes_at=f"{closes:%H:%M}{offset}",
            notes=f"{LOCAL_TIMES}{area.time_zone}.",
        )
        for at, ((opens, closes), numbers) in enumerate(days.items())
    ]


def _offset(area: LocalArea, day: date) -> str:
    words = datetime.combine(day, time(12), area.zone).strftime("%z")
    return f"{words[:3]}:{words[3:]}"


def _languages(key: str, owner: Object, names: Iterable[str]) -> list[Object]:
    return [
        _part(key, "languages", name, owner, name=name, **_filled(code=_language_code(name)))
        for name in dict.fromkeys(names)
    ]


@cache
def _language_code(name: str) -> str:
    names = {"ASL": "American Sign Language", "Farsi": "Persian", "Mandarin": "Mandarin Chinese"}
    found = pycountry.languages.get(name=names.get(name, name))
    return getattr(found, "alpha_2", "") or getattr(found, "alpha_3", "")


def _cost_options(key: str, owner: Object, cost: str) -> list[Object]:
    if not cost:
        return []
    amount = 0 if cost.strip(" .").lower() in FREE else None
    price = {"amount": amount, "currency": CURRENCY} if amount is not None else {}
    return [_part(key, "cost_options", 0, owner, option=cost, **price)]


def _documents(key: str, owner: Object, text: str) -> list[Object]:
    lines = text.split("\n")
    texts = lines if len(set(lines)) == len(lines) and all(line.strip() == line and line for line in lines) else [text]
    return [_part(key, "required_documents", at, owner, document=one) for at, one in enumerate(texts) if one]


def _attributes(key: str, service: Service) -> Iterator[Object]:
    lists: tuple[tuple[Taxonomy, Iterable[str], Mapping[str, str]], ...] = (
        (taxonomies.KIND, [service.kind] if service.kind else [], _labels(Service.Kind)),
        (taxonomies.GROUPS, service.groups, _labels(Service.Group)),
        (taxonomies.MODES, service.modes, _labels(Service.Mode)),
        (taxonomies.ACCOMMODATIONS, service.accommodations, _labels(Service.Accommodation)),
    )
    for taxonomy, values, labels in lists:
        for value in values:
            if value in labels:
                yield _attribute(key, "service", taxonomy, value, labels[value])
    for program in service.programs.all():
        yield _attribute(key, "service", taxonomies.PROGRAMS, program.code, program.short_name)
    for word in dict.fromkeys(service.keywords):
        yield _attribute(key, "service", taxonomies.KEYWORDS, word, word)
    if service.audience:
        yield _attribute(
            key, "service", taxonomies.DETAILS, taxonomies.AUDIENCE, "Who it serves", value=service.audience
        )
    yield from _spanish(key, service)
    area = service.partnership.area
    yield _attribute(key, "service", taxonomies.AREA, area.slug, area.name)


def _spanish(key: str, service: Any) -> Iterator[Object]:
    """Yield the parts of the Spanish text that follow the English words of today; none without its name."""
    for text in service.spanish_texts:
        behind = text.parts_behind(service)
        for name in () if "name" in behind else WORDS:
            if name not in behind and (words := getattr(text, name)):
                title = f"Spanish: {name.replace('_', ' ')}"
                yield _attribute(key, "service", taxonomies.SPANISH, name, title, value=words)


def _attribute(key: str, entity: str, taxonomy: Taxonomy, code: str, name: str, **more: str) -> Object:
    return {
        "id": ids.part_of(key, "attributes", taxonomy.code, code),
        "link_id": key,
        "link_entity": entity,
        "link_type": taxonomy.code,
        "taxonomy_term_id": taxonomy.term_id(code),
        "taxonomy_term": term_object(taxonomy, code, name),
        **more,
    }


def term_object(taxonomy: Taxonomy, code: str, name: str) -> Object:
    """Return a term of one of the portal's taxonomies."""
    return {
        "id": taxonomy.term_id(code),
        "code": code,
        "name": name,
        "description": name,
        "taxonomy": taxonomy.name,
        "taxonomy_id": taxonomy.id,
        "taxonomy_detail": {"id": taxonomy.id, "name": taxonomy.name, "description": taxonomy.description},
    }


def _part(key: str, part: str, which: object, owner: Object, /, **values: Any) -> Object:
    return {"id": ids.part_of(key, part, which), **owner, **values}


@cache
def _labels(choices: Any) -> dict[str, str]:
    """Return the English labels of choices."""
    with translation.override("en"):
        return {value: str(label) for value, label in choices.choices}


def _filled(**values: Any) -> Object:
    return {name: value for name, value in values.items() if value not in ("", None, [])}
