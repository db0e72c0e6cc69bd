"""Meetings of an area in the last 12 months: how many seats were filled, quorums, and who stays away."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Group
from meetings.turnout.reading import Turnout, since_months, turnouts_of
from onestop.dashboards.board.times import end_of
from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.sentences import join_words
from partners.models import LocalArea

LABEL = gettext_lazy("Meetings and attendance")
HELP = gettext_lazy("For each group: meetings held, seats filled, quorums, and partners that stay away.")
MONTHS = 12


def turnouts_in(area: LocalArea, today: date) -> list[Turnout]:
    """Return the turnout of the groups of an area in 12 months; five queries. Support teams are left out."""
    at = end_of(area, today)
    rows = Group.objects.current().filter(area=area).exclude(kind=Group.Kind.SUPPORT)
    groups = list(rows.select_related("area", "state").order_by("name", "pk"))
    return turnouts_of(groups, since=since_months(MONTHS, at=at), at=at) if groups else []


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; five queries."""
    found = turnouts_in(area, today)
    return Section(
        str(_("Meetings and attendance")),
        [in_words(found)],
        [
            Table(
                _("Groups in the last 12 months"),
                [_("Group"), _("Meetings held"), _("Seats filled"), _("Quorums"), _("Missed the last three meetings")],
                [Row(_cells(each), reverse("meetings:group_attendance", args=[each.group.pk])) for each in found],
                frozenset({1, 2, 3}),
            )
        ],
        why=_("Partners decide together only if they are there. An alternate counts as much as the member."),
        url=reverse("meetings:group_list", args=[area.slug]),
        source=_("All groups"),
    )


def share_of(found: Sequence[Turnout]) -> int | None:
    """Return the share of seats that were filled in all groups, in percent."""
    counts = [day.counts for each in found for day in each.days]
    seats = sum(count.meetings for count in counts)
    return round(100 * sum(count.came for count in counts) / seats) if seats else None


def in_words(found: Sequence[Turnout]) -> str:
    """Return how many meetings were held, and how many seats were filled."""
    held, share = sum(len(each.days) for each in found), share_of(found)
    if share is None:
        return _("No meeting of a group was held and recorded in the last 12 months.")
    words = ngettext(
        "%(held)d meeting was held in the last 12 months, counting groups without partners."
        " %(share)d percent of the seats were filled.",
        "%(held)d meetings were held in the last 12 months, counting groups without partners."
        " %(share)d percent of the seats were filled.",
        held,
    )
    return words % {"held": held, "share": share}


def _cells(each: Turnout) -> list[str]:
    share = _("%(share)d%%") % {"share": each.share} if each.share is not None else "-"
    rule = len(each.with_rule)
    quorums = _("%(had)d of %(all)d") % {"had": each.quorums, "all": rule} if rule else _("No rule")
    missing = join_words(str(line.name) for line in each.missing) or _("Nobody")
    return [each.group.name, str(len(each.days)), share, quorums, missing]
