"""What a partner has agreed to: its agreements, the goals that it carries, and the projects in which it takes part."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement, Party
from agreements.terms.standings import Standing, standing_of
from meetings.models import GoalPartner, Project, SharedPlan
from onestop.dashboards.papers.section import Row, Section, Table, address
from onestop.dashboards.papers.sections.agreements import mark_of
from onestop.dashboards.papers.sections.goals import health_of
from onestop.ui.presentation import shortday
from partners.models import Partnership

Status = Agreement.Status


def agreements_of(partnership: Partnership, today: date) -> list[tuple[Any, Standing]]:
    """Return the agreements to which it is a party, each with its standing, the newest first; one query.

    Drafts and withdrawn ones are not among them.
    """
    parties = Party.objects.current().filter(partnership=partnership)
    rows = Agreement.objects.filter(pk__in=parties.values("agreement")).exclude(
        status__in=[Status.DRAFT, Status.WITHDRAWN]
    )
    found = rows.with_terms().order_by("-effective_on", "number")
    return [(agreement, standing_of(agreement, today)) for agreement in found]


def goals_of(partnership: Partnership) -> list[GoalPartner]:
    """Return the goals of adopted plans in which it has a part; one query."""
    rows = GoalPartner.objects.filter(
        partnership=partnership, goal__archived_at=None, goal__plan__archived_at=None,
        goal__plan__status=SharedPlan.Status.ADOPTED,
    )  # fmt: skip
    return list(rows.select_related("goal__plan").order_by("role", "goal__position", "pk"))


def section(partnership: Partnership, today: date) -> Section:
    """Return what it has agreed to; three queries."""
    found = agreements_of(partnership, today)
    holding = sum(standing.holds for _agreement, standing in found)
    words = ngettext("%(number)d agreement is in force.", "%(number)d agreements are in force.", holding)
    projects = Project.objects.current().filter(area=partnership.area_id).of_partner(partnership)
    running = projects.filter(status=Project.Status.RUNNING).select_related("lead__organization")
    return Section(
        str(_("Agreements, goals and projects")),
        [words % {"number": holding}],
        [
            Table(
                _("Agreements"),
                [_("Agreement"), _("Kind"), _("Status"), _("Last day")],
                [
                    Row(
                        [
                            str(agreement),
                            str(agreement.get_kind_display()),
                            mark_of(standing),
                            shortday(agreement.ends_on) if agreement.ends_on else _("Open-ended"),
                        ],
                        agreement.get_absolute_url(),
                    )
                    for agreement, standing in found
                ],
            ),
            Table(
                _("Goals"),
                [_("Goal"), _("Role"), _("Its own part"), _("Status")],
                [
                    Row(
                        [
                            link.goal.name,
                            str(link.get_role_display()),
                            link.part or "-",
                            health_of(link.goal),
                        ],
                        address("meetings:goal_detail", link.goal_id),
                    )
                    for link in goals_of(partnership)
                ],
            ),
            Table(
                _("Projects under way"),
                [_("Project"), _("Carried out"), _("Led by")],
                [
                    Row(
                        [each.name, str(each.get_framework_display()), each.lead.organization.name],
                        address("meetings:project_detail", each.pk),
                    )
                    for each in running.order_by("name", "pk")
                ],
            ),
        ],
        why=_("What this partner has promised, and what others have promised it."),
        url=f"{address('partners:partnership_detail', partnership.pk)}#agreements",
        source=_("Agreements of this partner"),
    )
