"""What the page of the network map shows: its figures, what changed since the time before, and who depends on whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.network.measures import Measures, measure
from onestop.dashboards.network.rows import names_of
from onestop.dashboards.network.ties import (
    Network,
    Node,
    Pair,
    network_of,
    never_met,
    read_nodes,
    read_things,
    things_within,
)
from onestop.ui.sentences import join_words
from partners.models import LocalArea
from partners.network.shared_work import SharedThing

NAMED = 6  # in a sentence; more are counted


@dataclass(frozen=True)
class NetworkPage:
    """The network of an area in a time, measured; and how many ties and strangers there were in the time before."""

    nodes: Mapping[int, Node]
    things: Sequence[SharedThing]
    network: Network
    measures: Measures
    ties_before: int
    never_before: int

    @cached_property
    def strangers(self) -> list[Pair]:
        """The pairs that have an agreement, but never met."""
        return never_met(self.things)


def read_page(
    area: LocalArea,
    days: tuple[date, date],
    before: tuple[date, date],
    *,
    kinds: Sequence[str] = (),
    whole: bool = False,
) -> NetworkPage:
    """Return the network of an area; a fixed number of queries."""
    nodes = read_nodes(area)
    found = read_things(area, nodes, min(before[0], days[0]), max(before[1], days[1]))
    things, earlier = things_within(found, *days), things_within(found, *before)
    network = network_of(nodes, things, kinds=kinds, whole=whole)
    return NetworkPage(
        nodes=nodes,
        things=things,
        network=network,
        measures=measure(network),
        ties_before=len(network_of(nodes, earlier, kinds=kinds, whole=whole).ties),
        never_before=len(never_met(earlier)),
    )


def figures_of(page: NetworkPage, *, leaves_url: str) -> list[dict[str, Any]]:
    """Return the three figures, each with its rows. ``leaves_url`` ends where the id of a partner goes."""
    return [_ties_figure(page), _hanging_figure(page, leaves_url), _strangers_figure(page)]


def _ties_figure(page: NetworkPage) -> dict[str, Any]:
    network = page.network
    words = _("%(share)d%% of all pairs have something going on together.") % {"share": page.measures.density}
    return {
        "label": _("Ties between partners"),
        "value": len(network.ties),
        "rest": _("of %(number)d possible") % {"number": network.possible},
        "url": "#list",
        "note": words,
        **_trend(len(network.ties), page.ties_before, more_is_good=True),
    }


def _hanging_figure(page: NetworkPage, leaves_url: str) -> dict[str, Any]:
    measures = page.measures
    figure: dict[str, Any] = {"label": _("Held by one partner alone"), "value": len(measures.hanging)}
    if not measures.holding:
        note = _("Whichever partner leaves, the others stay joined.")
        return {**figure, "trend": _("None"), "trend_kind": "good", "trend_icon": "check-lg", "note": note}
    first = measures.holding[0]
    trend = _("%(partner)s joins %(number)d of them") % {
        "partner": page.nodes[first].label, "number": len(measures.cut_off[first]),
    }  # fmt: skip
    note = ngettext(
        "If that one partner leaves, %(number)d partner is cut off from the others.",
        "If that one partner leaves, its part of %(number)d partners is cut off from the others.",
        len(measures.hanging),
    ) % {"number": len(measures.hanging)}
    return {
        **figure, "url": f"{leaves_url}{first}#leaves", "trend": trend, "trend_kind": "soon",
        "trend_icon": "exclamation-triangle", "note": note,
    }  # fmt: skip


def _strangers_figure(page: NetworkPage) -> dict[str, Any]:
    number = len(page.strangers)
    return {
        "label": _("Never met in this time"),
        "value": number,
        "rest": ngettext("pair", "pairs", number),
        "url": "#never-met" if number else "",
        "note": _("Both are parties to an agreement, but share no meeting, training, goal or project."),
        **_trend(number, page.never_before, more_is_good=False),
    }


def _trend(now: int, before: int, *, more_is_good: bool) -> dict[str, str]:
    if now == before:
        return {"trend": _("As many as in the time before"), "trend_icon": "dash-lg"}
    words = _("Up %(number)d from the time before") if now > before else _("Down %(number)d from the time before")
    is_good = (now > before) == more_is_good
    return {
        "trend": words % {"number": abs(now - before)},
        "trend_kind": "good" if is_good else "soon",
        "trend_icon": "arrow-up" if now > before else "arrow-down",
    }


@dataclass(frozen=True)
class Leaving:
    """What would change if a partner left: the ties that go, and who would be cut off."""

    node: Node
    ties: int
    left: int
    cut_off: Sequence[str]
    lonely: Sequence[str]  # those of them whose only tie it is

    @property
    def who(self) -> str:
        """Who would be cut off, as words of a sentence."""
        return named(self.cut_off)


def leaving_of(page: NetworkPage, pk: int) -> Leaving | None:
    """Return what would change if a partner of the network left."""
    network = page.network
    if pk not in network.nodes:
        return None
    ties = network.ties_of[pk]
    lonely = [tie.other(pk) for tie in ties if len(network.ties_of[tie.other(pk)]) == 1]
    return Leaving(
        node=network.nodes[pk],
        ties=len(ties),
        left=len(network.ties) - len(ties),
        cut_off=names_of(network, page.measures.cut_off.get(pk, ())),
        lonely=names_of(network, lonely),
    )


def named(names: Sequence[str]) -> str:
    """Return names as words of a sentence; beyond six, the rest is counted."""
    if len(names) <= NAMED:
        return join_words(names)
    more = len(names) - NAMED + 1
    rest = ngettext("%(number)d more", "%(number)d more", more) % {"number": more}
    return join_words([*names[: NAMED - 1], rest])


def say_picture(page: NetworkPage, marked: int | None) -> str:
    """Return the sentence above the picture: what to see in it."""
    network, cut_off = page.network, page.measures.cut_off
    if not network.ties:
        return _("Nothing that two partners share is recorded in this time.")
    if marked is not None and marked in cut_off:
        names = names_of(network, cut_off[marked])
        words = ngettext(
            "%(partner)s, in amber, is the only way to %(names)s.",
            "%(partner)s, in amber, is the only way to %(names)s.",
            len(names),
        ) % {"partner": network.nodes[marked].name, "names": named(names)}
    elif marked is not None:
        partner = network.nodes[marked].name
        words = _("%(partner)s is in amber. Without it, the others stay joined.") % {"partner": partner}
    else:
        words = _("Whichever partner leaves, the others stay joined.")
    if network.alone:
        names = [node.name for node in network.alone]
        words += " " + ngettext("No tie in this time: %(names)s.", "No ties in this time: %(names)s.", len(names)) % {
            "names": named(names)
        }
    return words
