"""The figures of an area on one page: what each is, and why it matters."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.terms.standings import EXPIRING, LAPSED
from meetings.models import Goal
from onestop.dashboards.papers.section import Row, Section, Table, address
from onestop.dashboards.papers.sections.agreements import agreements_in
from onestop.dashboards.papers.sections.coverage import network_in
from onestop.dashboards.papers.sections.goals import pursued_in
from onestop.dashboards.papers.sections.meetings import share_of, turnouts_in
from partners.models import LocalArea

LABEL = gettext_lazy("Summary figures")
HELP = gettext_lazy("Partners, coverage, agreements, goals, services and attendance on one page, and why each matters.")


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; a fixed number of queries."""
    _coverage, counts = network_in(area, today)
    standings = [standing for _agreement, standing in agreements_in(area, today)]
    goals = pursued_in(area)
    on_track = sum(goal.health == Goal.Health.ON_TRACK for goal in goals)
    share = share_of(turnouts_in(area, today))
    several = _("%(part)d of %(whole)d")
    rows = [
        Row(
            [_("Active partners"), str(counts.partners), _("Organizations that serve customers here together.")],
            reverse("partners:partnership_list", args=[area.slug]),
        ),
        Row(
            [
                _("Required programs with a partner"),
                several % {"part": counts.covered, "whole": counts.required},
                _("Federal law requires them (20 CFR 678.400)."),
            ],
            reverse("partners:coverage", args=[area.slug]),
        ),
        Row(
            [
                _("Agreements in force"),
                str(sum(each.holds for each in standings)),
                _("End within 270 days: %(soon)d. Lapsed: %(lapsed)d.")
                % {
                    "soon": sum(each.code == EXPIRING for each in standings),
                    "lapsed": sum(each.code == LAPSED for each in standings),
                },
            ],
            reverse("agreements:agreement_list", args=[area.slug]),
        ),
        Row(
            [
                _("Goals on track"),
                several % {"part": on_track, "whole": len(goals)} if goals else _("No goals yet"),
                _("What partners want to reach together."),
            ],
            address("meetings:goal_list", area.slug),
        ),
        Row(
            [
                _("Services confirmed in six months"),
                several % {"part": counts.fresh, "whole": counts.services},
                _("Unconfirmed services may be out of date, and customers are sent the wrong way."),
            ],
            reverse("partners:service_list", args=[area.slug]),
        ),
        Row(
            [
                _("Seats filled at meetings, 12 months"),
                _("%(share)d%%") % {"share": share} if share is not None else _("No meeting yet"),
                _("Partners decide together only if they are there."),
            ],
            reverse("meetings:group_list", args=[area.slug]),
        ),
    ]
    return Section(
        str(_("Summary figures")),
        [],
        [Table(_("Figures of the network"), [_("Figure"), _("Now"), _("Why it matters")], rows)],
        why=_("The state of the network in two minutes. Each figure comes from the pages of the portal."),
    )
