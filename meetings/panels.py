"""What the page of a partner shows of meetings."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.models import Group, GroupSeat
from meetings.turnout.reading import since_months, turnouts_of
from partners.models import Partnership
from partners.network.panels import Panel, register_panel

MONTHS = 12


def _attendance_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the attendance of a partner in the groups that a person sees; five queries."""
    at = datetime.combine(today, time.max, partnership.area.zone)
    seats = GroupSeat.objects.current().filter(partnership=partnership)
    rows = Group.objects.visible_to(user).current().filter(pk__in=seats.values("group"))
    groups = list(rows.select_related("area", "state").order_by("name", "pk"))
    found = turnouts_of(groups, since=since_months(MONTHS, at=at), at=at, partnership=partnership) if groups else []
    return {"lines": [(each.group, line) for each in found for line in each.partners]}


register_panel(Panel("attendance", _("Attendance at meetings"), "meetings/turnout/_partner_panel.html", _attendance_of))
