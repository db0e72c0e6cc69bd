"""The breadcrumbs of each page, as pairs of label and URL."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn
from onestop.ops.languages import IN_ADDRESS
from partners.manual.contents import Manual
from partners.models import (
    BoardSeat,
    Center,
    LocalArea,
    Location,
    ManualEdition,
    Office,
    Organization,
    Partnership,
    Practice,
    Presence,
    Program,
    Representative,
    Service,
    Term,
)
from partners.rules import may
from partners.seats import seats_of


def accounts_breadcrumbs(request: SignedIn) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a person's account: the list that the reader may see."""
    area = getattr(request, "area", None)
    if area and may(request.user, "partners.view_accounts", area):
        return [(_("Accounts"), reverse("partners:seat_list", args=[area.slug]))]
    if seats_of(request.user).organization_ids:
        return [(_("Your colleagues"), reverse("partners:colleague_home"))]
    return []


def account_breadcrumbs(request: SignedIn, person: User) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page about a person's account."""
    return [*accounts_breadcrumbs(request), (person.name, reverse("partners:person_detail", args=[person.pk]))]


def board_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page about the board."""
    return [(_("Board"), reverse("partners:board", args=[area.slug]))]


def board_seat_breadcrumbs(seat: BoardSeat) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a seat of the board."""
    return [*board_breadcrumbs(seat.area), (str(seat), seat.get_absolute_url())]


def center_breadcrumbs(center: Center) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a center."""
    return [
        (_("Centers"), reverse("partners:center_list", args=[center.area.slug])),
        (center.name, reverse("partners:center_detail", args=[center.pk])),
    ]


def import_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an import."""
    return [(_("Imports"), reverse("partners:import_list", args=[area.slug]))]


def location_breadcrumbs(location: Location) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a location."""
    own = (location.name, reverse("partners:location_detail", args=[location.pk]))
    return [*organization_breadcrumbs(location.organization), own]


def manual_edition_breadcrumbs(edition: ManualEdition) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an edition."""
    return [
        *manual_breadcrumbs(edition.area),
        (_("Editions"), reverse("partners:manual_edition_list", args=[edition.area.slug])),
        (str(edition), reverse("partners:manual_edition", args=[edition.pk])),
    ]


def office_place_breadcrumbs(place: LocalArea | Organization) -> list[tuple[str, str]]:
    """Return the breadcrumbs of the offices of an area or an organization."""
    return board_breadcrumbs(place) if isinstance(place, LocalArea) else organization_breadcrumbs(place)


def office_breadcrumbs(office: Office) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an office."""
    place = office.area or office.organization
    assert place is not None
    return [*office_place_breadcrumbs(place), (office.title, office.get_absolute_url())]


def organization_breadcrumbs(organization: Organization) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an organization."""
    return [(organization.name, reverse("partners:organization_detail", args=[organization.pk]))]


def partnership_breadcrumbs(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a partner."""
    return [
        (_("Partners"), reverse("partners:partnership_list", args=[partnership.area.slug])),
        (partnership.organization.name, reverse("partners:partnership_detail", args=[partnership.pk])),
    ]


def practice_breadcrumbs(practice: Practice) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a practice."""
    return [
        (_("Practices"), reverse("partners:practice_list", args=[practice.area.slug])),
        (practice.title, reverse("partners:practice_detail", args=[practice.pk])),
    ]


def weeks_breadcrumb(area: LocalArea) -> tuple[str, str]:
    """Return the breadcrumb of an area's week."""
    return _("On site this week"), reverse("partners:presence_board", args=[area.slug])


def partner_schedule_breadcrumbs(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a partner's hours."""
    page = reverse("partners:partnership_detail", args=[partnership.pk])
    return [weeks_breadcrumb(partnership.area), (partnership.organization.name, page)]


def presence_breadcrumbs(presence: Presence) -> list[tuple[str, str]]:
    """Return the breadcrumbs of hours in a center."""
    return [
        weeks_breadcrumb(presence.partnership.area),
        (str(presence), reverse("partners:presence_detail", args=[presence.pk])),
    ]


def representative_breadcrumbs(person: Representative) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a representative."""
    return [
        (_("Representatives"), reverse("partners:representative_list", args=[person.partnership.area.slug])),
        (person.name, reverse("partners:representative_detail", args=[person.pk])),
    ]


def service_breadcrumbs(service: Service) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a service."""
    return [
        (_("Services"), service_list_url(service.partnership.area.slug)),
        (service.name, reverse("partners:service_detail", args=[service.pk])),
    ]


def service_list_url(slug: str) -> str:
    """Return the URL of an area's list of services."""
    return reverse("partners:service_list", args=[slug])


def term_breadcrumbs(term: Term) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a term."""
    return [
        (_("Glossary"), reverse("partners:term_list", args=[term.area.slug])),
        (term.agreed_name or term.name, reverse("partners:term_detail", args=[term.pk])),
    ]


def coverage_breadcrumbs(area: LocalArea, program: Program | None = None) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an area's coverage, or of a program there."""
    way = [(_("Coverage"), reverse("partners:coverage", args=[area.slug]))]
    if program:
        way.append((program.name, reverse("partners:coverage_program", args=[area.slug, program.code])))
    return way


def area_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of an area."""
    return [(area.name, reverse("partners:area_detail", args=[area.slug]))]


def manual_breadcrumbs(area: LocalArea, held: Manual | None = None) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a part of the manual."""
    return [(_("Resource manual"), reverse("partners:manual", args=[area.slug]) + (manual_query(held) if held else ""))]


def manual_query(held: Manual) -> str:
    """Return the query string that keeps the version and the language of the manual on the next page."""
    kept = {"for": held.variant if held.is_public else "", IN_ADDRESS: held.language}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"?{query}" if query else ""
