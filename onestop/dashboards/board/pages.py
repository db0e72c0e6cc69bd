"""Where the goals and the engagement of an area are shown."""

from django.urls import NoReverseMatch, reverse

from meetings.models import Goal
from partners.models import LocalArea


def goal_page(goal: Goal | None) -> str:
    """Return the address of the page of a goal; blank without a goal."""
    return _address("meetings:goal_detail", goal.pk) if goal else ""


def goals_page(area: LocalArea, query: str = "") -> str:
    """Return the address of the goals of an area, with a query such as "health=off_track"."""
    page = _address("meetings:goal_list", area.slug)
    return f"{page}?{query}" if page and query else page


def engagement_page(area: LocalArea) -> str:
    """Return the address of how partners take part, and who is drifting."""
    return _address("dashboards:engagement_list", area.slug)


def _address(name: str, part: object) -> str:
    try:
        return reverse(name, args=[part])
    except NoReverseMatch:
        return ""
