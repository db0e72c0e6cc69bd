"""The status of a network in three sentences: what works, what needs the board, what is at risk."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Goal
from onestop.dashboards.board.figures import named
from onestop.dashboards.board.pages import engagement_page, goals_page, rows_page
from onestop.dashboards.board.reading import BoardData
from onestop.dashboards.engagement.drifting import LOW

Health = Goal.Health


@dataclass(frozen=True)
class BoardSentence:
    """A label, a sentence, and the address of its rows; ``law`` cites what it rests on."""

    label: str
    text: str
    url: str = ""
    law: str = ""
    detail: str = ""


def in_short(data: BoardData) -> list[BoardSentence]:
    """Return the three sentences, from the same data as the figures; no queries."""
    return [_works(data), _needs(data), _at_risk(data)]


def _works(data: BoardData) -> BoardSentence:
    network, page = data.network, reverse("partners:coverage", args=[data.area.slug])
    if not network.covered:
        return BoardSentence(_("Works"), _("No required program has a partner in these records yet."), page)
    covered = ngettext(
        "%(covered)d of %(required)d required programs has a partner",
        "%(covered)d of %(required)d required programs have a partner",
        network.covered,
    ) % {"covered": network.covered, "required": network.required}
    if not network.services:
        return BoardSentence(_("Works"), _("%(covered)s. No service is listed yet.") % {"covered": covered}, page)
    facts = {"covered": covered, "fresh": network.fresh, "services": network.services}
    words = _("%(covered)s, and %(fresh)d of %(services)d services were confirmed in the last 6 months.")
    if network.covered * 2 < network.required:
        words = _("Little yet: %(covered)s, and %(fresh)d of %(services)d services were confirmed in 6 months.")
    return BoardSentence(_("Works"), words % facts, page)


def _needs(data: BoardData) -> BoardSentence:
    decisions = len(data.meeting.to_decide) if data.meeting else 0
    wait = ngettext(
        "%(number)d decision waits for the next meeting", "%(number)d decisions wait for the next meeting", decisions
    ) % {"number": decisions}
    uncovered = data.network.uncovered
    label, coverage = _("Needs the board"), reverse("partners:coverage", args=[data.area.slug])
    if uncovered:
        names = named([program.short_name for program in uncovered])
        words = ngettext("%(programs)s has no partner", "%(programs)s have no partner", len(uncovered))
        text = _("%(what)s, and %(wait)s.") if decisions else _("%(what)s.")
        facts = {"what": words % {"programs": names}, "wait": wait}
        return BoardSentence(label, text % facts, f"{coverage}?show=gaps", detail=_unplanned(data))
    if decisions and data.meeting:
        return BoardSentence(label, _("%(wait)s.") % {"wait": wait}, data.meeting.meeting.get_absolute_url())
    text = _("No decision is on a published agenda, and every required program has a partner or a decision.")
    return BoardSentence(label, text, coverage, detail=_unplanned(data))


def _unplanned(data: BoardData) -> str:
    return "" if data.meeting else _("No meeting of the board is planned.")


def _at_risk(data: BoardData) -> BoardSentence:
    """Return the gravest risk that the records show, and how many others there are."""
    risks = list(_risks(data))
    label = _("At risk")
    if not risks:
        words = _("No agreement has expired or ends within 270 days, no clock is late and no goal is off track.")
        if not data.goals:
            words = _("No agreement has expired or ends within 270 days, and no clock is late. No goals are adopted.")
        return BoardSentence(label, words, rows_page(data.area, "agreements"))
    (text, url), others = risks[0], len(risks) - 1
    more = ngettext("%(number)d other risk is shown below.", "%(number)d other risks are shown below.", others)
    return BoardSentence(label, text, url, detail=more % {"number": others} if others else "")


def _risks(data: BoardData) -> list[tuple[str, str]]:
    found = []
    if data.lapsed:
        agreement, standing = data.lapsed[0]
        words = ngettext(
            "%(title)s expired %(days)d day ago without a successor; an audit could question what was spent since.",
            "%(title)s expired %(days)d days ago without a successor; an audit could question what was spent since.",
            standing.days,
        )
        found.append((words % {"title": agreement.title, "days": standing.days}, agreement.get_absolute_url()))
    if not data.in_force:
        words = _("No agreement is in force; money spent on shared work can be disallowed.")
        found.append((words, rows_page(data.area, "agreements")))
    found += _goals_at_risk(data)
    if data.late:
        words = ngettext("%(number)d clock is late.", "%(number)d clocks are late.", data.late)
        found.append((words % {"number": data.late}, rows_page(data.area, "late")))
    if low := data.scoring_below(LOW):
        words = ngettext(
            "%(names)s takes part in less than half of what it owes.",
            "%(names)s take part in less than half of what they owe.",
            len(low),
        )
        found.append((words % {"names": named(low)}, engagement_page(data.area)))
    if data.expiring:
        agreement, standing = data.expiring[0]
        words = ngettext(
            "%(title)s ends in %(days)s day and has no successor.",
            "%(title)s ends in %(days)s days and has no successor.",
            standing.days,
        )
        found.append((words % {"title": agreement.title, "days": standing.days}, agreement.get_absolute_url()))
    return found


def _goals_at_risk(data: BoardData) -> list[tuple[str, str]]:
    """Return which goals are off track, which are at risk, and of which nobody knows."""
    found = []
    for health in (Health.OFF_TRACK, Health.AT_RISK, Health.UNKNOWN):
        if names := [f"“{goal.name}”" for goal in data.goals if goal.health == health]:
            page = goals_page(data.area, f"plan=adopted&health={health.value}")
            found.append((_health_words(health, len(names)) % {"names": named(names)}, page))
    return found


def _health_words(health: str, number: int) -> str:
    if health == Health.OFF_TRACK:
        return ngettext("%(names)s is off track.", "%(names)s are off track.", number)
    if health == Health.AT_RISK:
        return ngettext("%(names)s is at risk.", "%(names)s are at risk.", number)
    return ngettext("%(names)s has no recent report.", "%(names)s have no recent report.", number)
