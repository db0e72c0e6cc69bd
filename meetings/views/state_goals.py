"""The goals of a state, with the goals of its areas that serve them."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.plans import enter_state, get_state
from meetings.filters.goals import StateGoalFilters
from meetings.goals import reading
from meetings.plans.reading import serving_by_goal
from meetings.tables.goals import StateGoalTable, state_export
from onestop.ui.lists import list_page


def state_goal_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """List the goals of a state: for its administrators, and for everybody with a seat in one of its areas."""
    state, user = get_state(request, code), request.user
    enter_state(state)
    return list_page(
        request,
        key=f"state-goals:{state.code}",
        title=_("Goals of %(state)s") % {"state": state.name},
        queryset=reading.of_state(state, user),
        filters=StateGoalFilters,
        table=StateGoalTable,
        template="meetings/goals/state_goal_list.html",
        export=state_export(user),
        given=lambda rows: {
            "facts": reading.facts_of(rows, timezone.localdate()),
            "serving": serving_by_goal([goal.pk for goal in rows], user),
        },
        context={"state": state},
        state=state,
    )
