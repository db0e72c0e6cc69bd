"""The status of a network in three sentences: what works, what needs the board, what is at risk."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Goal
from onestop.dashboards.board.pages import engagement_page, goals_page
from onestop.dashboards.board.reading import BoardData
from onestop.dashboards.engagement.drifting import LOW
from onestop.ui.sentences import join_words

NAMED = 2


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
    return BoardSentence(_("Works"), words % facts, page)


def _needs(data: BoardData) -> BoardSentence:
    decisions = len(data.meeting.to_decide) if data.meeting else 0
    wait = ngettext(
        "%(number)d decision waits for the next meeting", "%(number)d decisions wait for the next meeting", decisions
    ) % {"number": decisions}
    uncovered = data.network.uncovered
    label, coverage = _("Needs the board"), reverse("partners:coverage", args=[data.area.slug])
    if uncovered:
        names = [program.short_name for program in uncovered[:NAMED]]
        if more := len(uncovered) - len(names):
            names.append(ngettext("%(number)d more", "%(number)d more", more) % {"number": more})
        facts = {"programs": join_words(names), "wait": wait}
        words = ngettext("%(programs)s has no partner", "%(programs)s have no partner", len(uncovered)) % facts
        text = _("%(what)s, and %(wait)s.") if decisions else _("%(what)s.")
        return BoardSentence(label, text % {"what": words, "wait": wait}, f"{coverage}?show=gaps")
    if decisions and data.meeting:
        return BoardSentence(label, _("%(wait)s.") % {"wait": wait}, data.meeting.meeting.get_absolute_url())
    text = _("No decision is on a published agenda, and every required program has a partner or a decision.")
    return BoardSentence(label, text, coverage)


def _at_risk(data: BoardData) -> BoardSentence:
    """Return the gravest risk that the records show, and how many others there are."""
    risks = list(_risks(data))
    label = _("At risk")
    if not risks:
        words = _("No agreement has expired, no clock is late and no goal is off track.")
        return BoardSentence(label, words, reverse("agreements:board", args=[data.area.slug]))
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
    off = [goal for goal in data.goals if goal.health == Goal.Health.OFF_TRACK]
    if off:
        words = ngettext("%(names)s is off track.", "%(names)s are off track.", len(off))
        names = join_words(f"“{goal.name}”" for goal in off[:NAMED])
        found.append((words % {"names": names}, goals_page(data.area, "health=off_track")))
    if data.late:
        words = ngettext("%(number)d clock is late.", "%(number)d clocks are late.", data.late)
        found.append((words % {"number": data.late}, "#late"))
    low = sum(score < LOW for score in data.known_scores)
    if low:
        words = ngettext(
            "%(number)d partner takes part in less than half of what it owes.",
            "%(number)d partners take part in less than half of what they owe.",
            low,
        )
        found.append((words % {"number": low}, engagement_page(data.area)))
    return found
