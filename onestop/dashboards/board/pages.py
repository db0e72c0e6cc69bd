"""Where the goals, the engagement and the rows behind the figures of an area are shown."""

from django.urls import reverse

from meetings.models import Goal
from partners.models import LocalArea


def goal_page(goal: Goal | None) -> str:
    """Return the address of the page of a goal; blank without a goal."""
    return goal.get_absolute_url() if goal else ""


def goals_page(area: LocalArea, query: str = "") -> str:
    """Return the address of the goals of an area, with a query such as "health=off_track"."""
    page = reverse("meetings:goal_list", args=[area.slug])
    return f"{page}?{query}" if query else page


def engagement_page(area: LocalArea) -> str:
    """Return the address of how partners take part, and who is drifting."""
    return reverse("dashboards:engagement_list", args=[area.slug])


def rows_page(area: LocalArea, code: str) -> str:
    """Return the address of the rows behind a figure of the dashboard: agreements, shares, meetings, or late."""
    return reverse("dashboards:board_rows", args=[area.slug, code])
