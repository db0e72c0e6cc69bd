"""Read the contents of the manual of an area, with a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onestop.ui.presentation import clock, shortday
from partners import models
from partners.coverage.matrix import Cell, Row, coverage_of, days_in_words
from partners.manual.contents import (
    Carrier,
    Center,
    Manual,
    Partner,
    Person,
    Place,
    Program,
    Service,
    Term,
    Text,
    Visit,
)
from partners.manual.partner_facts import facts_of
from partners.models import LocalArea, Partnership, Rhythm, Weekday
from partners.models.service_texts import WORDS
from partners.schedule.closings import coming_closings

# Without prospective and former partners.
IN_THE_MANUAL = (Partnership.Status.ACTIVE, Partnership.Status.PAUSED)


@dataclass(frozen=True)
class Links:
    """The names linked to services, by the ids of services."""

    programs: dict[int, list[str]]
    centers: dict[int, list[str]]
    locations: dict[int, list[str]]


def gather(area: LocalArea, *, today: date) -> Manual:
    """Return the manual of an area as of a day, with a constant number of queries."""
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
        centers=_centers(area, visits, today),
        programs=_programs(partnerships, carried, _rows_of(area, today)),
        partners=_partners(area, partnerships, carried, visits, today),
        terms=_terms(area),
    )


# ---------------------------------------------------------------- Centers and on-site hours
def _visits(area: LocalArea, today: date, partner_ids: set[int]) -> list[tuple[models.Presence, Visit]]:
    rows = (
        models.Presence.objects.in_use()
        .filter(center__area=area, partnership__in=partner_ids)
        .holding(today, date.max)
        .select_related("partnership__organization", "center")
        .order_by("weekday", "starts_at", Lower("partnership__organization__name"), "pk")
    )
    # Hours that differ only in their weekday become one line: "Mon to Fri".
    alike: dict[Any, list[models.Presence]] = defaultdict(list)
    for row in rows:
        alike[_alike(row)].append(row)
    return [(some[0], _visit(some, today)) for some in alike.values()]


def _alike(row: models.Presence) -> tuple[Any, ...]:
    facts = (row.way, row.who, row.desk, row.phone, row.note, row.begins_on, row.ends_on)
    return row.center_id, row.partnership_id, row.rhythm, row.starts_at, row.ends_at, *facts


def _visit(rows: list[models.Presence], today: date) -> Visit:
    row = rows[0]
    times = {"start": clock(row.starts_at), "end": clock(row.ends_at)}
    time = _("%(start)s to %(end)s, by video or phone") if row.is_remote else _("%(start)s to %(end)s")
    return Visit(
        id=row.partnership_id,
        name=row.partnership.organization.name,
        center=row.center.name,
        day=_days_with_span(rows, today),
        time=time % times,
        who=row.who,
        desk=row.desk,
        phone=row.phone,
        note=row.note,
    )


def _days_with_span(rows: list[models.Presence], today: date) -> str:
    """Return the weekdays, and from when until when they hold if not always."""
    begins_on, ends_on = rows[0].begins_on, rows[0].ends_on
    words = {"days": _days(rows), "first_day": shortday(begins_on), "last_day": shortday(ends_on)}
    is_later = begins_on is not None and begins_on > today
    if is_later and ends_on:
        return _("%(days)s, from %(first_day)s to %(last_day)s") % words
    if is_later:
        return _("%(days)s, from %(first_day)s") % words
    return _("%(days)s, until %(last_day)s") % words if ends_on else words["days"]


def _days(rows: list[models.Presence]) -> str:
    """Return "Every Monday", "Mon to Fri" or "First Monday of the month"."""
    if len(rows) > 1:
        return capfirst(days_in_words(rows))
    words = {
        Rhythm.WEEKLY: _("Every %(weekday)s"),
        Rhythm.FIRST: _("First %(weekday)s of the month"),
        Rhythm.SECOND: _("Second %(weekday)s of the month"),
        Rhythm.THIRD: _("Third %(weekday)s of the month"),
        Rhythm.FOURTH: _("Fourth %(weekday)s of the month"),
        Rhythm.LAST: _("Last %(weekday)s of the month"),
    }
    return words[Rhythm(rows[0].rhythm)] % {"weekday": Weekday(rows[0].weekday).label}


def _centers(area: LocalArea, visits: list[tuple[models.Presence, Visit]], today: date) -> tuple[Center, ...]:
    here = _by(((row.center_id, visit) for row, visit in visits))
    closed = _by((row.center_id, _closed(row)) for row in coming_closings(area, today) if row.center_id)
    rows = models.Center.objects.current().filter(area=area).order_by("kind", Lower("name"), "pk")
    kinds = list(models.Center.Kind.values)  # comprehensive centers first, as in the law
    return tuple(
        Center(
            id=row.pk,
            name=row.name,
            kind=row.get_kind_display(),
            address=row.address,
            phone=row.phone,
            email=row.email,
            hours=row.hours,
            accessibility=tuple(map(str, row.accessibility_labels)),
            directions=row.directions,
            closed=tuple(closed[row.pk]),
            certified_on=shortday(row.certified_on),
            visits=tuple(here[row.pk]),
        )
        for row in sorted(rows, key=lambda row: kinds.index(row.kind))
    )


def _closed(row: models.Absence) -> str:
    """Return the days of a closing and why: "Dec 24, 2026 to Dec 26, 2026: holiday"."""
    if not row.reason:
        return row.days_in_words
    return _("%(days)s: %(reason)s") % {"days": row.days_in_words, "reason": row.reason}


# ---------------------------------------------------------------- Programs
def _rows_of(area: LocalArea, today: date) -> dict[int, Row]:
    coverage = coverage_of(area, today=today)
    return {row.program.pk: row for row in (*coverage.required, *coverage.additional)}


def _programs(
    partnerships: list[Partnership], carried: list[models.PartnershipProgram], rows: dict[int, Row]
) -> tuple[Program, ...]:
    # A paused partner carries out no program, as on the coverage page.
    active = [partner for partner in partnerships if partner.status == Partnership.Status.ACTIVE]
    names = {partner.pk: partner.organization.name for partner in active}
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
        law=str(row.group),
        source=row.legal_source,
        is_required=row.is_required,
        description=row.description,
        carriers=tuple(carriers),
        carried_by=tuple(carrier.name for carrier in carriers),
        decided=f"{decision.in_words}. {decision.reason}" if decision else "",
        ways=tuple(_way_in(cell) for cell in covered.cells if cell.holding) if covered else (),
    )


def _way_in(cell: Cell) -> str:
    """Return the access to a program at a center: "Center Street: own staff, Mon to Wed; direct linkage, ..."."""
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
    further = facts_of([partner.pk for partner in partnerships], today=today)
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
            **further.get(row.pk, {}),
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
        accessibility=tuple(map(str, row.accessibility_labels)),
        directions=row.directions,
    )


def _services(area: LocalArea, partnerships: list[Partnership], today: date) -> dict[int, list[Service]]:
    rows = models.Service.objects.current().filter(partnership__in=[partner.pk for partner in partnerships])
    rows = rows.prefetch_related(Prefetch("texts", models.ServiceText.objects.order_by("language")))
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
        groups=tuple(map(str, row.group_labels)),
        eligibility=row.eligibility,
        documents=row.documents,
        cost=row.cost,
        how_to_get_in=row.how_to_get_in,
        wait_time=row.wait_time,
        hours=row.hours,
        modes=tuple(map(str, row.mode_labels)),
        centers=tuple(links.centers[row.pk]),
        locations=tuple(links.locations[row.pk]),
        phone=row.phone,
        email=row.email,
        website=row.website,
        languages=tuple(row.languages),
        accommodations=tuple(map(str, row.accommodation_labels)),
        programs=tuple(links.programs[row.pk]),
        funding_sources=tuple(row.funding_sources),
        keywords=tuple(row.keywords),
        is_public=row.is_public,
        confirmed_on=row.verified_on.isoformat() if row.verified_on else "",
        is_stale=row.is_stale(today),
        paused=(row.paused_note or _("Yes")) if row.is_paused else "",
        texts=tuple(_text(text, row) for text in row.texts.all()),
    )


def _text(row: models.ServiceText, service: models.Service) -> Text:
    words = {name: getattr(row, name) for name in WORDS}
    return Text(id=row.pk, language=row.language, late=row.parts_behind(service), **words)


# ---------------------------------------------------------------- Glossary
def _terms(area: LocalArea) -> tuple[Term, ...]:
    rows = models.Term.objects.approved().filter(area=area).order_by(Lower("name"), "pk")
    usages = models.Usage.objects.filter(term__area=area).select_related("partnership__organization", "program")
    usages_by_term = _by((usage.term_id, usage) for usage in usages.order_by(Lower("wording"), "pk"))
    return tuple(
        Term(
            id=row.pk,
            name=row.name,
            abbreviation=row.abbreviation,
            definition=row.definition,
            usages=tuple(_usage(usage) for usage in usages_by_term[row.pk]),
            synonyms=tuple(usage.wording for usage in usages_by_term[row.pk] if usage.is_synonym),
        )
        for row in rows
    )


def _usage(usage: models.Usage) -> str:
    words = {"name": usage.whose, "wording": usage.wording, "meaning": usage.meaning}
    if usage.meaning:
        return _("%(name)s: “%(wording)s”, %(meaning)s") % words
    return _("%(name)s: “%(wording)s”") % words


def _by(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    """Group values by id, in the given order; other ids have an empty list."""
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
