"""Navigation entries of the first pages."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Entry
from partners.rules import may
from partners.seats import seats_of


def administers_a_state(request: HttpRequest) -> bool:
    """Whether the person administers some state."""
    return bool(seats_of(request.user).state_ids)


def reads_for_the_board(request: HttpRequest) -> bool:
    """Whether the person is staff, administers the state or serves on the board of the area."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "dashboards.view_board", area)


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
)
navigation.add(
    Entry(
        _("Board packets"),
        icon="journal-text",
        name="dashboards:packet_list",
        group="Board",  # no translation: the key
        order=30,
        in_area=True,
        who=reads_for_the_board,
        marks=("dashboards:packet_", "dashboards:pdf_", "dashboards:guide_"),
    )
)
