"""Navigation entries of the first pages."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Entry, Page
from partners.seats import seats_of


def administers_a_state(request: HttpRequest) -> bool:
    """Whether the person administers some state."""
    return bool(seats_of(request.user).state_ids)


def sees_board(request: HttpRequest) -> bool:
    """Whether the person reads the dashboard of the board of this area: staff, its state, and board members."""
    seats, area = seats_of(request.user), getattr(request, "area", None)
    if area is None:
        return seats.everything or bool(seats.area_ids or seats.state_ids)
    return seats.everything or area.pk in seats.area_ids or area.state_id in seats.state_ids


navigation.add(
    Entry(
        _("All areas"),
        icon="buildings",
        name="dashboards:own_state",
        order=0,
        who=administers_a_state,
        marks=("dashboards:state", "dashboards:own_state", "partners:organization_list"),
    ),
    Entry(_("Home"), icon="house", name="dashboards:home", order=1, in_area=True, marks=("dashboards:home",), tab=1),
    Entry(
        _("Board dashboard"),
        icon="bar-chart",
        name="dashboards:board_dashboard",
        order=2,
        in_area=True,
        who=sees_board,
        pages=(
            Page(_("Dashboard"), name="dashboards:board_dashboard", in_area=True, marks=("dashboards:board_",)),
            Page(
                _("Points of engagement"),
                name="dashboards:opportunity_list",
                in_area=True,
                marks=("dashboards:opportunity_", "dashboards:offer_", "dashboards:interest"),
            ),
            Page(
                _("Packets"),
                name="dashboards:packet_list",
                in_area=True,
                marks=("dashboards:packet_", "dashboards:pdf_", "dashboards:guide_"),
            ),
        ),
    ),
    Entry(
        _("Engagement"),
        icon="diagram-3",
        name="dashboards:engagement_list",
        group="Working together",  # no translation: the key
        order=40,
        in_area=True,
        pages=(
            Page(
                _("Engagement"),
                name="dashboards:engagement_list",
                in_area=True,
                marks=(
                    "dashboards:engagement_",
                    "dashboards:partner_engagement",
                    "dashboards:act_",
                    "dashboards:correction_",
                    "dashboards:excuse_",
                ),
            ),
            Page(
                _("Network map"),
                name="dashboards:network_map",
                in_area=True,
                marks=("dashboards:network_", "dashboards:partner_ties"),
            ),
        ),
    ),
)
