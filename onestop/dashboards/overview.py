"""The status of an area's network: sentences for the board, and key figures."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.ui.sentences import join_words
from partners.models import LocalArea, Program
from partners.network.attention import DUE, LATE, PARTLY, RULE, Attention
from partners.network.summary import AreaSummary

NAMED = 3  # programs that are named in a sentence; more are counted


@dataclass(frozen=True)
class Sentence:
    """What a board member needs to know: a label, a sentence, the address of its rows, perhaps more and a citation."""

    label: str
    text: str
    url: str
    law: str = ""
    detail: str = ""


LABELS = {
    RULE: gettext_lazy("Rule not met"),
    LATE: gettext_lazy("Overdue"),
    PARTLY: gettext_lazy("Rule partly met"),
    DUE: gettext_lazy("Due soon"),
}


def in_short(area: LocalArea, standing: AreaSummary, attention: list[Attention]) -> list[Sentence]:
    """Return the status of the network in a few sentences: what needs the board first, then the rest."""
    coverage = reverse("partners:coverage", args=[area.slug])
    sentences = [Sentence(str(LABELS[item.kind]), item.text, item.url, item.law, item.detail) for item in attention]
    if not attention:
        text = _("Every legal rule that these records can show is met, and no center review is due.")
        sentences.append(Sentence(_("Rules"), text, coverage))
    covered = ngettext(
        "%(covered)d of %(required)d required programs has a partner.",
        "%(covered)d of %(required)d required programs have a partner.",
        standing.covered,
    ) % {"covered": standing.covered, "required": standing.required}
    sentences.append(Sentence(_("Covered"), covered, coverage))
    if standing.decided:
        decided = ngettext(
            "%(programs)s needs no partner. The decision is on record.",
            "%(programs)s need no partner. The decisions are on record.",
            len(standing.decided),
        ) % {"programs": _names_of(standing.decided)}
        sentences.append(Sentence(_("Decided"), decided, coverage))
    if standing.alone:
        sentences.append(_at_risk(area, standing))
    if standing.unconfirmed:
        stale = ngettext(
            "%(stale)d of %(services)d services was not confirmed in the last 6 months and may be out of date.",
            "%(stale)d of %(services)d services were not confirmed in the last 6 months and may be out of date.",
            standing.unconfirmed,
        ) % {"stale": standing.unconfirmed, "services": standing.services}
        services = reverse("partners:service_list", args=[area.slug])
        sentences.append(Sentence(_("Not confirmed"), stale, f"{services}?freshness=unconfirmed"))
    return sentences


def _at_risk(area: LocalArea, standing: AreaSummary) -> Sentence:
    """Return the sentence on single-person dependencies; its rows are functions, not partners."""
    partners = ngettext("%(number)d partner", "%(number)d partners", standing.alone) % {"number": standing.alone}
    text = ngettext(
        "%(risks)d function at %(partners)s depends on one person. If that person leaves, the work stops.",
        "%(risks)d functions at %(partners)s depend on one person. If that person leaves, the work stops.",
        standing.risks,
    ) % {"risks": standing.risks, "partners": partners}
    return Sentence(_("At risk"), text, single_persons_of(area))


def single_persons_of(area: LocalArea) -> str:
    """Return the address of the list of single-person dependencies."""
    return reverse("partners:single_person_list", args=[area.slug])


def _names_of(programs: list[Program]) -> str:
    """Return the names of programs as a list within a sentence; beyond three they are counted."""
    names = [program.short_name for program in programs]
    if len(names) > NAMED:
        more = len(names) - NAMED + 1
        names = [*names[: NAMED - 1], ngettext("%(number)d more", "%(number)d more", more) % {"number": more}]
    return join_words(names)


def figures_of(area: LocalArea, standing: AreaSummary) -> list[dict[str, Any]]:
    """Return the key figures of an area, each with the address of its list."""
    partners = reverse("partners:partnership_list", args=[area.slug])
    return [
        {
            "label": _("Partners"),
            "value": standing.partners,
            "url": f"{partners}?status=active",
            "note": _("With a required program: %(required)d. Additional partners: %(additional)d.")
            % {"required": standing.carry_required, "additional": standing.joined_by_choice},
        },
        _covered_figure(area, standing),
        _confirmed_figure(area, standing),
        {
            "label": _("Single-person dependencies"),
            "value": standing.risks,
            "url": single_persons_of(area),
            "trend": ngettext(
                "%(number)d partner depends on one person", "%(number)d partners depend on one person", standing.alone
            )
            % {"number": standing.alone},
            "trend_kind": "soon" if standing.alone else "good",
            "trend_icon": "person-exclamation" if standing.alone else "check-lg",
            "note": ngettext(
                "%(number)d representative. Counted: signing, attending, editing and getting notifications.",
                "%(number)d representatives. Counted: signing, attending, editing and getting notifications.",
                standing.people,
            )
            % {"number": standing.people},
        },
    ]


def _covered_figure(area: LocalArea, standing: AreaSummary) -> dict[str, Any]:
    decided = ngettext(
        "%(number)d covered by agreement, not carried out or exempted (decision on record).",
        "%(number)d covered by agreement, not carried out or exempted (decisions on record).",
        len(standing.decided),
    ) % {"number": len(standing.decided)}
    trend = _("No partner: %(programs)s") % {"programs": _names_of(standing.uncovered)}
    return {
        "label": _("Required programs covered"),
        "value": standing.covered,
        "rest": _("of %(total)d") % {"total": standing.required},
        "url": reverse("partners:coverage", args=[area.slug]),
        "trend": trend if standing.uncovered else _("All covered or decided"),
        "trend_kind": "soon" if standing.uncovered else "good",
        "trend_icon": "exclamation-triangle" if standing.uncovered else "check-lg",
        "note": decided if standing.decided else _("Federal law names 19 required programs (20 CFR 678.400)."),
    }


def _confirmed_figure(area: LocalArea, standing: AreaSummary) -> dict[str, Any]:
    trend = ngettext("%(number)d service to confirm", "%(number)d services to confirm", standing.unconfirmed)
    return {
        "label": _("Services confirmed"),
        "value": standing.fresh,
        "rest": _("of %(total)d") % {"total": standing.services},
        "url": reverse("partners:service_list", args=[area.slug]) + "?freshness=fresh",
        "trend": trend % {"number": standing.unconfirmed} if standing.unconfirmed else _("All confirmed"),
        "trend_kind": "soon" if standing.unconfirmed else "good",
        "trend_icon": "clock-history" if standing.unconfirmed else "check-lg",
        "note": _("Confirmed by the partner in the last 6 months."),
    }
