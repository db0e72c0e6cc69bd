"""When an opportunity takes place, in words; and when a day ends."""

from datetime import date, datetime, time

from django.utils import timezone

from onestop.dashboards.models import Opportunity
from onestop.ui.presentation import day, when
from partners.models import LocalArea


def has_time(opportunity: Opportunity) -> bool:
    """Whether a time was entered for its day: midnight stands for none."""
    return opportunity.held_at is not None and timezone.localtime(opportunity.held_at).time() != time.min


def when_of(opportunity: Opportunity) -> str:
    """Return its day, with the time if there is one; blank without a day."""
    if opportunity.held_at is None:
        return ""
    return when(opportunity.held_at) if has_time(opportunity) else day(timezone.localtime(opportunity.held_at).date())


def end_of(area: LocalArea, on: date) -> datetime:
    """Return the last moment of a day in an area."""
    return datetime.combine(on, time.max, area.zone)
