"""The way to each page: its breadcrumbs, as (label, address)."""

from django.urls import reverse

from partners.manual.contents import Manual
from partners.models import (
    Center,
    LocalArea,
    Location,
    ManualEdition,
    Organization,
    Partnership,
    Practice,
    Presence,
    Program,
    Representative,
    Service,
    Term,
)


def center_breadcrumbs(center: Center) -> list[tuple[str, str]]:
    """Return the way to a center's page."""
    return [
        ("Centers", reverse("partners:center_list", args=[center.area.slug])),
        (center.name, reverse("partners:center_detail", args=[center.pk])),
    ]


def import_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the way to an import."""
    return [("Imports", reverse("partners:import_list", args=[area.slug]))]


def location_breadcrumbs(location: Location) -> list[tuple[str, str]]:
    """Return the way to a place's page."""
    own = (location.name, reverse("partners:location_detail", args=[location.pk]))
    return [*organization_breadcrumbs(location.organization), own]


def manual_edition_breadcrumbs(edition: ManualEdition) -> list[tuple[str, str]]:
    """Return the way to the words of an edition."""
    return [
        *manual_breadcrumbs(edition.area),
        ("Editions", reverse("partners:manual_edition_list", args=[edition.area.slug])),
        (str(edition), reverse("partners:manual_edition", args=[edition.pk])),
    ]


def organization_breadcrumbs(organization: Organization) -> list[tuple[str, str]]:
    """Return the way to an organization's page."""
    return [(organization.name, reverse("partners:organization_detail", args=[organization.pk]))]


def partnership_breadcrumbs(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the way to a partner's page."""
    return [
        ("Partners", reverse("partners:partnership_list", args=[partnership.area.slug])),
        (partnership.organization.name, reverse("partners:partnership_detail", args=[partnership.pk])),
    ]


def practice_breadcrumbs(practice: Practice) -> list[tuple[str, str]]:
    """Return the way to a practice's page."""
    return [
        ("Practices", reverse("partners:practice_list", args=[practice.area.slug])),
        (practice.title, reverse("partners:practice_detail", args=[practice.pk])),
    ]


def weeks_breadcrumb(area: LocalArea) -> tuple[str, str]:
    """Return the way to the week of an area."""
    return "On site this week", reverse("partners:presence_board", args=[area.slug])


def partner_schedule_breadcrumbs(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the way to a partner's hours."""
    page = reverse("partners:partnership_detail", args=[partnership.pk])
    return [weeks_breadcrumb(partnership.area), (partnership.organization.name, page)]


def presence_breadcrumbs(presence: Presence) -> list[tuple[str, str]]:
    """Return the way to the page of these hours."""
    return [
        weeks_breadcrumb(presence.partnership.area),
        (str(presence), reverse("partners:presence_detail", args=[presence.pk])),
    ]


def representative_breadcrumbs(person: Representative) -> list[tuple[str, str]]:
    """Return the way to a representative's page."""
    return [
        ("Representatives", reverse("partners:representative_list", args=[person.partnership.area.slug])),
        (person.name, reverse("partners:representative_detail", args=[person.pk])),
    ]


def service_breadcrumbs(service: Service) -> list[tuple[str, str]]:
    """Return the way to a service's page."""
    return [
        ("Services", service_list_url(service.partnership.area.slug)),
        (service.name, reverse("partners:service_detail", args=[service.pk])),
    ]


def service_list_url(slug: str) -> str:
    """Return the address of an area's list of services."""
    return reverse("partners:service_list", args=[slug])


def term_breadcrumbs(term: Term) -> list[tuple[str, str]]:
    """Return the way to a term's page."""
    return [
        ("Glossary", reverse("partners:term_list", args=[term.area.slug])),
        (term.agreed_name or term.name, reverse("partners:term_detail", args=[term.pk])),
    ]


def coverage_breadcrumbs(area: LocalArea, program: Program | None = None) -> list[tuple[str, str]]:
    """Return the way to a program in an area."""
    way = [("Coverage", reverse("partners:coverage", args=[area.slug]))]
    if program:
        way.append((program.name, reverse("partners:coverage_program", args=[area.slug, program.code])))
    return way


def area_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the way to the area's page."""
    return [(area.name, reverse("partners:area_detail", args=[area.slug]))]


def manual_breadcrumbs(area: LocalArea, held: Manual | None = None) -> list[tuple[str, str]]:
    """Return the way to a part of the manual."""
    return [("Resource manual", reverse("partners:manual", args=[area.slug]) + (manual_query(held) if held else ""))]


def manual_query(held: Manual) -> str:
    """Return what an address carries so that the next page shows the same variant."""
    return f"?for={held.variant}" if held.is_public else ""
