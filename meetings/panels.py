"""What the page of a partner shows of meetings: actions, attendance, shared values, needs, issues, projects."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.actions.reading import rows_of
from meetings.models import ActionItem, Group, GroupSeat, Need, Project, ProjectPartner, RaisedIssue
from meetings.needs.resource_map import current_answers, funding_of
from meetings.projects.reading import ICONS, KINDS
from meetings.raised.reading import chip_of
from meetings.turnout.reading import since_months, turnouts_of
from meetings.values.reading import affirmation_in
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


def _values_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return whether a partner affirms the shared values; two queries."""
    return {"line": affirmation_in(partnership.area, partnership, today), "area": partnership.area}


def _needs_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return what a partner meets on the resource map; one query."""
    needs = Need.objects.visible_to(user).current().values("pk")
    rows = current_answers().filter(partnership=partnership, need__in=needs).select_related("need__area", "program")
    return {"lines": [(met, funding_of(met)) for met in rows.order_by(Lower("need__name"), "pk")]}


def _raised_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the issues that a partner raised and that wait for an answer; one query."""
    rows = RaisedIssue.objects.visible_to(user).waiting().filter(partnership=partnership)
    return {"rows": [(issue, *chip_of(issue)) for issue in rows.order_by("raised_at", "pk")]}


def _projects_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the projects that a partner leads or takes part in, and how closely, the newest first; two queries."""
    rows = Project.objects.visible_to(user).current().of_partner(partnership).order_by("-first_on", "pk")
    links = {link.project_id: link for link in ProjectPartner.objects.filter(partnership=partnership)}
    found = []
    for project in rows:
        words = [gettext("Leads it")] if project.lead_id == partnership.pk else []
        if link := links.get(project.pk):
            words.append(str(link.get_commitment_display()))
        found.append((project, (KINDS[project.status], ICONS[project.status]), ", ".join(words)))
    return {"rows": found}


register_panel(Panel("actions", _("Action items"), "meetings/actions/_partner_panel.html", _actions_of))
register_panel(Panel("attendance", _("Attendance at meetings"), "meetings/turnout/_partner_panel.html", _attendance_of))
register_panel(Panel("shared-values", _("Shared values"), "meetings/values/_partner_panel.html", _values_of))
register_panel(Panel("needs-met", _("Needs that it meets"), "meetings/needs/_partner_panel.html", _needs_of))
register_panel(Panel("raised", _("Issues that it raised"), "meetings/raised/_partner_panel.html", _raised_of))
register_panel(Panel("projects", _("Projects"), "meetings/projects/_partner_panel.html", _projects_of))
