"""Navigation entries of the partner network. Entries without a page are not shown."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Count, Entry
from partners.models import Proposal
from partners.network.current_area import visible_areas
from partners.seats import seats_of


def keeps_an_area(request: HttpRequest) -> bool:
    """Whether the person is staff of some area."""
    return bool(seats_of(request.user).staff_area_ids)


def reads_accounts(request: HttpRequest) -> bool:
    """Whether the person may view user accounts: staff of some area, and the state."""
    seats = seats_of(request.user)
    return bool(seats.everything or seats.staff_area_ids or seats.state_ids)


def belongs_to_an_organization(request: HttpRequest) -> bool:
    """Whether the person has a seat in some organization."""
    return bool(seats_of(request.user).organization_ids)


def proposals_to_decide(request: HttpRequest) -> Count | None:
    """Return how many proposals of the area are pending, if the person may decide on any."""
    area, seats = getattr(request, "area", None), seats_of(request.user)
    if area is None or area.pk not in seats.managed_area_ids | seats.staff_area_ids:
        return None
    waiting = Proposal.objects.to_decide(seats).filter(service__partnership__area=area).count()
    return Count(waiting, _("pending"), attention=True) if waiting else None


def reads_notices(request: HttpRequest) -> bool:
    """Whether the person may view notices: staff of this area, and its state."""
    area, seats = getattr(request, "area", None), seats_of(request.user)
    if area is None:
        return reads_accounts(request)
    return bool(seats.everything or area.pk in seats.staff_area_ids or area.state_id in seats.state_ids)


def runs_the_portal(request: HttpRequest) -> bool:
    """Whether the person is the operator of the whole portal."""
    return seats_of(request.user).everything


def is_in_no_area(request: HttpRequest) -> bool:
    """Whether neither the page nor the person belongs to an area."""
    seats = seats_of(request.user)
    belongs = seats.everything or seats.area_ids or seats.state_ids or seats.organization_ids
    return not (getattr(request, "area", None) or belongs)


navigation.find_areas_with(visible_areas)
navigation.add(
    Entry(
        _("Partners"),
        icon="people",
        name="partners:partnership_list",
        group="Network",
        order=10,
        in_area=True,
        marks=("partners:partnership_", "partners:organization_"),
        tab=2,
    ),
    Entry(
        _("On site this week"),
        icon="building-check",
        name="partners:presence_board",
        group="Network",
        order=15,
        in_area=True,
        marks=("partners:presence_", "partners:absence_"),
    ),
    Entry(
        _("Services"),
        icon="card-checklist",
        name="partners:service_list",
        group="Network",
        order=20,
        in_area=True,
        tab=3,
    ),
    Entry(
        _("Centers"),
        icon="building",
        name="partners:center_list",
        group="Network",
        order=30,
        in_area=True,
        marks=("partners:center_", "partners:certification_", "partners:accessibility_"),
        tab=4,
    ),
    Entry(_("Locations"), icon="geo-alt", name="partners:location_list", group="Network", order=40, in_area=True),
    Entry(
        _("Representatives"),
        icon="person-lines-fill",
        name="partners:representative_list",
        group="Network",
        order=50,
        in_area=True,
    ),
    Entry(
        _("Your colleagues"),
        icon="person-badge",
        name="partners:colleague_home",
        group="Network",
        order=55,
        who=belongs_to_an_organization,
        marks=("partners:colleague_", "partners:person_"),
    ),
    Entry(
        _("Proposed changes"),
        icon="chat-left-text",
        name="partners:proposal_list",
        group="Network",
        order=57,
        in_area=True,
        count=proposals_to_decide,
        marks=("partners:proposal_",),
    ),
    Entry(
        _("Coverage"),
        icon="grid-3x3-gap",
        name="partners:coverage",
        group="Network",
        order=58,
        in_area=True,
        marks=("partners:coverage", "partners:decision_", "partners:access_"),
    ),
    Entry(_("Programs"), icon="ui-checks-grid", name="partners:program_list", group="Network", order=60),
    Entry(_("Glossary"), icon="chat-quote", name="partners:term_list", group="Network", order=70, in_area=True),
    Entry(
        _("Practices"),
        icon="lightbulb",
        name="partners:practice_list",
        group="Network",
        order=75,
        in_area=True,
        marks=("partners:practice_", "partners:adoption_"),
    ),
    # the resource manual
    Entry(
        _("Resource manual"),
        icon="book",
        name="partners:manual",
        group="Network",
        order=80,
        in_area=True,
        marks=("partners:manual",),
    ),
    Entry(
        _("People with accounts"),
        icon="person-badge",
        name="partners:seat_list",
        group="Administration",
        order=10,
        in_area=True,
        who=reads_accounts,
        marks=("partners:seat_", "partners:invitation_", "partners:person_", "partners:colleague_"),
    ),
    Entry(
        _("Imports"),
        icon="upload",
        name="partners:import_list",
        group="Administration",
        order=20,
        in_area=True,
        who=keeps_an_area,
    ),
    Entry(
        _("This area"),
        icon="gear",
        name="partners:area_detail",
        group="Administration",
        order=30,
        in_area=True,
        marks=("partners:area_",),
    ),
    # notices of an area, and of the whole portal
    Entry(
        _("Notifications sent"),
        icon="envelope-paper",
        name="partners:notice_list",
        group="Administration",
        order=15,
        in_area=True,
        who=reads_notices,
        marks=("partners:notice_",),
    ),
    Entry(
        _("All notifications sent"),
        icon="mailbox",
        name="notices:admin_list",
        group="Administration",
        order=90,
        who=runs_the_portal,
        marks=("notices:admin_",),
    ),
    # find a service: the public directory
    Entry(
        _("Find a service"),
        icon="search",
        name="partners:directory_area",
        group=navigation.PUBLIC,
        order=10,
        in_area=True,
        marks=("partners:directory",),
    ),
    Entry(
        _("Find a service"),
        icon="search",
        name="partners:directory",
        group=navigation.PUBLIC,
        order=10,
        who=is_in_no_area,
        marks=("partners:directory",),
    ),
    Entry(
        _("Centers and hours"),
        icon="clock",
        name="partners:directory_centers",
        group=navigation.PUBLIC,
        order=20,
        in_area=True,
    ),
)
