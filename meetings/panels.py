"""What the page of a partner shows of meetings: its open action items, and its attendance."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.actions.reading import rows_of
from meetings.models import ActionItem, Group, GroupSeat
from meetings.turnout.reading import since_months, turnouts_of
from partners.models import Partnership
from partners.network.panels import Panel, register_panel

MONTHS = 12


def _actions_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the open action items of a partner that a person may see, the first due first; one query."""
    rows = ActionItem.objects.visible_to(user).open().filter(partnership=partnership)
    return {"rows": rows_of(rows.select_related("group", "partnership__organization").order_by("due_on", "pk"), today)}


def _attendance_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the attendance of a partner in the groups that a person sees; five queries."""
    at = datetime.combine(today, time.max, partnership.area.zone)
    seats = GroupSeat.objects.current().filter(partnership=partnership)
    rows = Group.objects.visible_to(user).current().filter(pk__in=seats.values("group"))
    groups = list(rows.select_related("area", "state").order_by("name", "pk"))
    found = turnouts_of(groups, since=since_months(MONTHS, at=at), at=at, partnership=partnership) if groups else []
    return {"lines": [(each.group, line) for each in found for line in each.partners]}


register_panel(Panel("actions", _("Action items"), "meetings/actions/_partner_panel.html", _actions_of))
register_panel(Panel("attendance", _("Attendance at meetings"), "meetings/turnout/_partner_panel.html", _attendance_of))
