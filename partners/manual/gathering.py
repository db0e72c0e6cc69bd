"""Gathering the manual: everything of an area's network, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.text import capfirst

from onestop.ui.presentation import clock, shortday
from partners import models
from partners.coverage.matrix import Cell, Row, coverage_of, days_in_words
from partners.manual.contents import Carrier, Center, Manual, Partner, Person, Place, Program, Service, Term, Visit
from partners.models import LocalArea, Partnership, Rhythm, Weekday

# Prospective partners are none yet, and those that ended are none any more.
IN_THE_MANUAL = (Partnership.Status.ACTIVE, Partnership.Status.PAUSED)


@dataclass(frozen=True)
class Links:
    """What hangs on services and partners, by their ids, as words."""

    programs: dict[int, list[str]]
    centers: dict[int, list[str]]
    locations: dict[int, list[str]]


def gather(area: LocalArea, *, today: date) -> Manual:
    """Return the manual of an area as it stands on a day; a fixed number of queries, whatever there is in it."""
    partnerships = list(
        Partnership.objects.current()
        .filter(area=area, status__in=IN_THE_MANUAL)
        .select_related("organization")
        .order_by(Lower("organization__name"), "pk")
    )
    carried = list(
        models.PartnershipProgram.objects.filter(partnership__in=[partner.pk for partner in partnerships])
        .select_related("program")
        .order_by("program__position")
    )
    visits = _visits(area, today, {partner.pk for partner in partnerships})
    return Manual(
        id=area.pk,
        name=area.name,
        board=area.board_name,
        state=area.state.name,
        agency=area.state.agency_name,
        as_of=today.isoformat(),
        centers=_centers(area, visits),
        programs=_programs(partnerships, carried, _rows_of(area, today)),
        partners=_partners(area, partnerships, carried, visits, today),
        terms=_terms(area),
    )


# ---------------------------------------------------------------- Centers, and who is on site
def _visits(area: LocalArea, today: date, partner_ids: set[int]) -> list[tuple[models.Presence, Visit]]:
    rows = (
        models.Presence.objects.in_use()
        .filter(center__area=area, partnership__in=partner_ids)
        .holding(today, date.max)
        .select_related("partnership__organization", "center")
        .order_by("weekday", "starts_at", Lower("partnership__organization__name"), "pk")
    )
    # Hours that differ by nothing but their weekday are one line: "Mon to Fri".
    alike: dict[Any, list[models.Presence]] = defaultdict(list)
    for row in rows:
        alike[_alike(row)].append(row)
    return [(some[0], _visit(some, today)) for some in alike.values()]


def _alike(row: models.Presence) -> tuple[Any, ...]:
    told = (row.way, row.who, row.desk, row.phone, row.note, row.begins_on, row.ends_on)
    return row.center_id, row.partnership_id, row.rhythm, row.starts_at, row.ends_at, *told


def _visit(rows: list[models.Presence], today: date) -> Visit:
    row = rows[0]
    spans = [
        f"from {shortday(row.begins_on)}" if row.begins_on and row.begins_on > today else "",
        f"until {shortday(row.ends_on)}" if row.ends_on else "",
    ]
    time = f"{clock(row.starts_at)} to {clock(row.ends_at)}"
    return Visit(
        id=row.partnership_id,
        name=row.partnership.organization.name,
        center=row.center.name,
        day=" ".join(filter(None, (_days(rows), *spans))),
        time=f"{time}, by video or phone" if row.is_remote else time,
        who=row.who,
        desk=row.desk,
        phone=row.phone,
        note=row.note,
    )


def _days(rows: list[models.Presence]) -> str:
    """Return "Mondays", "Mon to Fri" or "First Monday of the month"."""
    name, rhythm = Weekday(rows[0].weekday).label, Rhythm(rows[0].rhythm)
    if len(rows) > 1:
        return capfirst(days_in_words(rows))
    return f"{name}s" if rhythm == Rhythm.WEEKLY else f"{rhythm.label.split()[0]} {name} of the month"


def _centers(area: LocalArea, visits: list[tuple[models.Presence, Visit]]) -> tuple[Center, ...]:
    here = _by(((row.center_id, visit) for row, visit in visits))
    rows = models.Center.objects.current().filter(area=area).order_by("kind", Lower("name"), "pk")
    kinds = list(models.Center.Kind.values)  # comprehensive first, as the law has them
    return tuple(
        Center(
            id=row.pk,
            name=row.name,
            kind=row.get_kind_display(),
            address=row.address,
            phone=row.phone,
            email=row.email,
            hours=row.hours,
            accessibility=tuple(row.accessibility_labels),
            directions=row.directions,
            certified_on=shortday(row.certified_on),
            visits=tuple(here[row.pk]),
        )
        for row in sorted(rows, key=lambda row: kinds.index(row.kind))
    )


# ---------------------------------------------------------------- Programs
def _rows_of(area: LocalArea, today: date) -> dict[int, Row]:
    coverage = coverage_of(area, today=today)
    return {row.program.pk: row for row in (*coverage.required, *coverage.additional)}


def _programs(
    partnerships: list[Partnership], carried: list[models.PartnershipProgram], rows: dict[int, Row]
) -> tuple[Program, ...]:
    names = {partner.pk: partner.organization.name for partner in partnerships}
    of_program = _by((link.program_id, link.partnership_id) for link in carried)
    listed = models.Program.objects.order_by("position")
    return tuple(_program(program, of_program[program.pk], names, rows.get(program.pk)) for program in listed)


def _program(row: models.Program, carrier_ids: list[int], names: dict[int, str], covered: Row | None) -> Program:
    carriers = [Carrier(id=pk, name=name) for pk, name in names.items() if pk in set(carrier_ids)]
    decision = covered.decision if covered and not carriers else None
    return Program(
        id=row.pk,
        name=row.name,
        code=row.code,
        short_name=row.short_name,
        law=row.group,
        source=row.legal_source,
        is_required=row.is_required,
        description=row.description,
        carriers=tuple(carriers),
        carried_by=tuple(carrier.name for carrier in carriers),
        decided=f"{decision.get_kind_display()}. {decision.reason}" if decision else "",
        ways=tuple(_way_in(cell) for cell in covered.cells if cell.holding) if covered else (),
    )


def _way_in(cell: Cell) -> str:
    """Return how people in a center get to a program: "Center Street: own staff, Mon to Wed; direct linkage, ..."."""
    return f"{cell.center.name}: {'; '.join(f'{way.label.lower()}, {way.words}' for way in cell.holding)}"


# ---------------------------------------------------------------- Partners and services
def _partners(
    area: LocalArea,
    partnerships: list[Partnership],
    carried: list[models.PartnershipProgram],
    visits: list[tuple[models.Presence, Visit]],
    today: date,
) -> tuple[Partner, ...]:
    programs = _by((link.partnership_id, link.program.name) for link in carried)
    own_visits = _by((row.partnership_id, visit) for row, visit in visits)
    people = _by((row.partnership_id, _person(row)) for row in _speakers(partnerships))
    places = _by((row.organization_id, _place(row)) for row in _locations(partnerships))
    services = _services(area, partnerships, today)
    return tuple(
        Partner(
            id=row.pk,
            name=row.organization.name,
            short_name=row.organization.short_name,
            description=row.organization.description,
            status="" if row.status == Partnership.Status.ACTIVE else row.get_status_display(),
            kind=row.organization.get_kind_display() if row.organization.kind else "",
            programs=tuple(programs[row.pk]),
            framework=row.get_framework_display() if row.framework else "",
            commitment=row.get_commitment_display() if row.commitment else "",
            since=shortday(row.since),
            counties=row.counties_served,
            phone=row.contact_phone,
            email=row.contact_email,
            website=row.organization.website,
            people=tuple(people[row.pk]),
            visits=tuple(own_visits[row.pk]),
            places=tuple(places[row.organization_id]),
            notes=row.notes,
            services=tuple(services[row.pk]),
        )
        for row in partnerships
    )


def _speakers(partnerships: list[Partnership]) -> QuerySet[models.Representative]:
    rows = (
        models.Representative.objects.current()
        .with_signing()
        .filter(partnership__in=[partner.pk for partner in partnerships])
    )
    return rows.order_by("-kind", Lower("name"), "pk")  # the main one first


def _person(row: Any) -> Person:
    return Person(
        id=row.pk,
        name=row.name,
        speaks=row.get_kind_display(),
        job_title=row.job_title,
        phone=row.phone,
        email=row.email,
        signs=row.signs_now,
    )


def _locations(partnerships: list[Partnership]) -> QuerySet[models.Location]:
    organizations = [partner.organization_id for partner in partnerships]
    own = Q(partnership=None) | Q(partnership__in=[partner.pk for partner in partnerships])
    rows = models.Location.objects.current().filter(own, organization__in=organizations)
    return rows.order_by(Lower("name"), "pk")


def _place(row: models.Location) -> Place:
    return Place(
        id=row.pk,
        name=row.name,
        address=row.address,
        phone=row.phone,
        hours=row.hours,
        accessibility=tuple(row.accessibility_labels),
        directions=row.directions,
    )


def _services(area: LocalArea, partnerships: list[Partnership], today: date) -> dict[int, list[Service]]:
    rows = models.Service.objects.current().filter(partnership__in=[partner.pk for partner in partnerships])
    links = _links(area)
    return _by((row.partnership_id, _service(row, links, today)) for row in rows.order_by(Lower("name"), "pk"))


def _links(area: LocalArea) -> Links:
    def words(kind: Any, path: str, *order: str, **current: Any) -> dict[int, list[str]]:
        rows = kind.objects.filter(service__partnership__area=area, service__archived_at=None, **current)
        return _by(rows.order_by(*order, "pk").values_list("service_id", path))

    return Links(
        programs=words(models.ServiceProgram, "program__name", "program__position"),
        centers=words(models.ServiceCenter, "center__name", "center__name", center__archived_at=None),
        locations=words(models.ServiceLocation, "location__name", "location__name", location__archived_at=None),
    )


def _service(row: models.Service, links: Links, today: date) -> Service:
    return Service(
        id=row.pk,
        name=row.name,
        description=row.description,
        kind=row.get_kind_display() if row.kind else "",
        audience=row.audience,
        groups=tuple(row.group_labels),
        eligibility=row.eligibility,
        documents=row.documents,
        cost=row.cost,
        how_to_get_in=row.how_to_get_in,
        wait_time=row.wait_time,
        hours=row.hours,
        modes=tuple(row.mode_labels),
        centers=tuple(links.centers[row.pk]),
        locations=tuple(links.locations[row.pk]),
        phone=row.phone,
        email=row.email,
        website=row.website,
        languages=tuple(row.languages),
        accommodations=tuple(row.accommodation_labels),
        programs=tuple(links.programs[row.pk]),
        funding_sources=tuple(row.funding_sources),
        keywords=tuple(row.keywords),
        is_public=row.is_public,
        confirmed_on=row.verified_on.isoformat() if row.verified_on else "",
        is_stale=row.is_stale(today),
    )


# ---------------------------------------------------------------- The common language
def _terms(area: LocalArea) -> tuple[Term, ...]:
    rows = models.Term.objects.approved().filter(area=area).order_by(Lower("name"), "pk")
    usages = models.Usage.objects.filter(term__area=area).select_related("partnership__organization", "program")
    told = _by((usage.term_id, usage) for usage in usages.order_by(Lower("wording"), "pk"))
    return tuple(
        Term(
            id=row.pk,
            name=row.name,
            abbreviation=row.abbreviation,
            definition=row.definition,
            usages=tuple(_usage(usage) for usage in told[row.pk]),
            synonyms=tuple(usage.wording for usage in told[row.pk] if usage.is_synonym),
        )
        for row in rows
    )


def _usage(usage: models.Usage) -> str:
    said = f"{usage.whose}: “{usage.wording}”"
    return f"{said}, {usage.meaning}" if usage.meaning else said


def _by(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    """Return what belongs to each id, in the order given; an id that has nothing has an empty list."""
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
