"""Navigation entries of the first pages."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Entry
from partners.seats import seats_of


def administers_a_state(request: HttpRequest) -> bool:
    """Whether the person administers some state."""
    return bool(seats_of(request.user).state_ids)


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
        _("Engagement"),
        icon="activity",
        name="dashboards:engagement_list",
        group="Working together",  # no translation: the key
        order=40,
        in_area=True,
        marks=(
            "dashboards:engagement_",
            "dashboards:partner_engagement",
            "dashboards:act_",
            "dashboards:correction_",
            "dashboards:excuse_",
        ),
    ),
)
