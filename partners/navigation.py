"""Navigation entries of the partner network. Entries without a page are not shown."""

from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Count, Entry, Page
from onestop.ui.written_queries import written_once
from partners.models import Proposal
from partners.network.current_area import find_area, first_areas
from partners.rules import may
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
    of_all = area.pk in seats.staff_area_ids
    (counted,) = _to_decide(area.pk, None if of_all else seats.managed_partnership_ids).rows() or [{"number": 0}]
    waiting = counted["number"]
    return Count(waiting, _("pending"), attention=True) if waiting else None


@written_once
def _to_decide(area: int, partners: frozenset[int] | None) -> QuerySet[Any, Any]:
    """Count the open proposals of an area, or of some of its partners."""
    rows = Proposal.objects.open().filter(service__partnership__area=area, service__partnership__archived_at=None)
    rows = rows if partners is None else rows.filter(service__partnership__in=partners)
    return rows.order_by().values("status").annotate(number=CountOf("pk"))


def reads_notices(request: HttpRequest) -> bool:
    """Whether the person may view notices: staff of this area, and its state."""
    area, seats = getattr(request, "area", None), seats_of(request.user)
    if area is None:
        return reads_accounts(request)
    return bool(seats.everything or area.pk in seats.staff_area_ids or area.state_id in seats.state_ids)


def reads_risks(request: HttpRequest) -> bool:
    """Whether the person may view what depends on one person in this area."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "partners.view_single_persons", area)


def keeps_addresses(request: HttpRequest) -> bool:
    """Whether the person may view and correct the addresses of this area that bounce."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "partners.keep_addresses", area)


def reads_unanswered(request: HttpRequest) -> bool:
    """Whether the person may view what people look for in this area and do not find."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "partners.view_unanswered", area)


def runs_the_portal(request: HttpRequest) -> bool:
    """Whether the person is the operator of the whole portal."""
    return seats_of(request.user).everything


def is_in_no_area(request: HttpRequest) -> bool:
    """Whether neither the page nor the person belongs to an area."""
    seats = seats_of(request.user)
    belongs = seats.everything or seats.area_ids or seats.state_ids or seats.organization_ids
    return not (getattr(request, "area", None) or belongs)


navigation.find_areas_with(first_areas, find_area)

# The network: who belongs to it, and where it is reached
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
        _("People"),
        icon="person-lines-fill",
        name="partners:representative_list",
        group="Network",
        order=20,
        in_area=True,
        pages=(
            Page(_("Representatives"), name="partners:representative_list", in_area=True),
            Page(
                _("Board"),
                name="partners:board",
                in_area=True,
                marks=("partners:board", "partners:office_", "partners:tenure_"),
            ),
            Page(
                _("Single-person dependencies"),
                name="partners:single_person_list",
                in_area=True,
                who=reads_risks,
            ),
            Page(
                _("Email problems"),
                name="partners:unreachable_list",
                in_area=True,
                who=keeps_addresses,
                marks=("partners:unreachable_", "partners:address_"),
            ),
        ),
    ),
    Entry(
        _("Centers"),
        icon="building",
        name="partners:center_list",
        group="Network",
        order=30,
        in_area=True,
        tab=4,
        pages=(
            Page(
                _("Centers"),
                name="partners:center_list",
                in_area=True,
                marks=("partners:center_", "partners:certification_", "partners:accessibility_", "partners:review_"),
            ),
            Page(
                _("On site this week"),
                name="partners:presence_board",
                in_area=True,
                marks=("partners:presence_", "partners:absence_"),
            ),
            Page(_("Locations"), name="partners:location_list", in_area=True),
            Page(_("Holidays"), name="partners:holiday_list", in_area=True, marks=("partners:holiday_",)),
        ),
    ),
    Entry(
        _("Coverage"),
        icon="grid-3x3-gap",
        name="partners:coverage",
        group="Network",
        order=40,
        in_area=True,
        pages=(
            Page(
                _("Coverage"),
                name="partners:coverage",
                in_area=True,
                marks=("partners:coverage", "partners:decision_", "partners:access_"),
            ),
            Page(_("Programs"), name="partners:program_list"),
        ),
    ),
)

# Services: what partners offer, and what the public and the desks read of it
navigation.add(
    Entry(
        _("Services"),
        icon="card-checklist",
        name="partners:service_list",
        group="Services",
        order=10,
        in_area=True,
        tab=3,
        pages=(
            Page(_("Services"), name="partners:service_list", in_area=True, marks=("partners:service_",)),
            Page(
                _("Searches without an answer"),
                name="partners:unanswered_list",
                in_area=True,
                who=reads_unanswered,
                marks=("partners:unanswered_",),
            ),
        ),
    ),
    Entry(
        _("Updates"),
        icon="arrow-repeat",
        name="partners:proposal_list",
        group="Services",
        order=20,
        in_area=True,
        count=proposals_to_decide,
        pages=(
            Page(
                _("Proposed changes"),
                name="partners:proposal_list",
                in_area=True,
                count=proposals_to_decide,
                marks=("partners:proposal_",),
            ),
            Page(_("Not confirmed"), name="partners:stale_list", in_area=True, marks=("partners:stale_",)),
        ),
    ),
    Entry(
        _("Resource manual"),
        icon="book",
        name="partners:manual",
        group="Services",
        order=30,
        in_area=True,
        marks=("partners:manual",),
    ),
    Entry(
        _("Find a service"),
        icon="search",
        name="partners:directory_area",
        group="Services",
        order=40,
        in_area=True,
        marks=("partners:directory",),
    ),
)

navigation.add(
    Entry(_("Glossary"), icon="chat-quote", name="partners:term_list", group="Library", order=10, in_area=True),
    Entry(
        _("Practices"),
        icon="lightbulb",
        name="partners:practice_list",
        group="Library",
        order=20,
        in_area=True,
        marks=("partners:practice_", "partners:adoption_", "partners:check_"),
        pages=(
            Page(
                _("Practices"),
                name="partners:practice_list",
                in_area=True,
                marks=("partners:practice_", "partners:adoption_", "partners:check_add", "partners:check_plan"),
            ),
            Page(_("Quality checks"), name="partners:check_list", in_area=True, marks=("partners:check_list",)),
        ),
    ),
)

navigation.add(
    Entry(
        _("Accounts"),
        icon="person-badge",
        name="partners:seat_list",
        group="Settings",
        order=10,
        in_area=True,
        who=reads_accounts,
        marks=("partners:seat_", "partners:invitation_", "partners:person_", "partners:colleague_"),
    ),
    Entry(
        _("Colleagues"),
        icon="person-badge",
        name="partners:colleague_home",
        group="Settings",
        order=15,
        who=belongs_to_an_organization,
        marks=("partners:colleague_", "partners:person_"),
    ),
    Entry(
        _("Notifications"),
        icon="envelope-paper",
        name="partners:notice_list",
        group="Settings",
        order=20,
        in_area=True,
        who=reads_notices,
        marks=("partners:notice_",),
    ),
    Entry(
        _("Imports"),
        icon="upload",
        name="partners:import_list",
        group="Settings",
        order=30,
        in_area=True,
        who=keeps_an_area,
    ),
    Entry(
        _("Area"),
        icon="gear",
        name="partners:area_detail",
        group="Settings",
        order=40,
        in_area=True,
        marks=("partners:area_",),
    ),
    Entry(
        _("All notifications"),
        icon="mailbox",
        name="notices:admin_list",
        group="Settings",
        order=90,
        who=runs_the_portal,
        marks=("notices:admin_",),
    ),
)

# The header of the public pages
navigation.add(
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
