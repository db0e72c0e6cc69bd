"""The figures of a board: numbers by code, as snapshots keep them, and how they are shown with why they matter.

``numbers_of`` and ``board_figures`` are pure: the same data gives the same figures, tonight and in a packet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from meetings.models import Goal
from onestop.dashboards.board.pages import engagement_page, goals_page, rows_page
from onestop.dashboards.board.reading import BoardData
from onestop.dashboards.engagement.drifting import LOW
from onestop.ui.presentation import days_until, money, shortday
from onestop.ui.sentences import join_words

VERSION = 2  # of how the numbers are computed; a snapshot names it
NAMED = 2
TREND_ICONS = {1: "arrow-up", 0: "dash-lg", -1: "arrow-down"}
Numbers = Mapping[str, Any]
Health = Goal.Health


@dataclass(frozen=True)
class BoardFigure:
    """One figure: what it is, its value, what it is part of, its trend, why it matters, and where its rows are."""

    code: str
    label: str
    value: str
    note: str
    url: str
    rest: str = ""
    trend: str = ""
    trend_kind: str = ""
    trend_icon: str = ""


def percent(part: Any, whole: Any) -> int | None:
    """Return a share in percent; none of nothing. It is never rounded up to 100, nor down to 0."""
    if not whole:
        return None
    exact = 100 * Decimal(part) / Decimal(whole)
    return min(max(round(exact), 1 if exact > 0 else 0), 99 if exact < 100 else round(exact))


def named(names: Sequence[str]) -> str:
    """Return the first names in words, and how many more there are."""
    shown = list(names[:NAMED])
    if more := len(names) - len(shown):
        shown.append(ngettext("%(number)d more", "%(number)d more", more) % {"number": more})
    return join_words(shown)


def numbers_of(data: BoardData) -> dict[str, Any]:
    """Return the figures of an area as plain numbers, by code. Money is in dollars and cents, as text."""
    scores = data.known_scores
    return {
        "partners": data.network.partners,
        "required": data.network.required,
        "covered": data.network.covered,
        "decided": len(data.network.decided),
        "services": data.network.services,
        "services_fresh": data.network.fresh,
        "agreements": data.wanted,
        "in_force": data.in_force,
        "expiring": len(data.expiring),
        "lapsed": len(data.lapsed),
        "mous_in_force": data.holding_of(*Agreement.MOUS),
        "ifas_in_force": data.holding_of(Agreement.Kind.IFA),
        "shares_due": str(data.due),
        "shares_paid": str(data.paid),
        "payers": data.payers,
        "paid_percent": percent(data.paid, data.due),
        "cost_budget": str(data.costs.budget) if data.costs else None,
        "cost_actual": str(data.costs.actual) if data.costs else None,
        "purchases": len(data.purchases),
        "purchase_sides": data.sides,
        "purchased": str(sum((each.authorized for each in data.purchases), Decimal(0))),
        "purchases_left": str(sum((each.left for each in data.purchases), Decimal(0))),
        "meetings": data.held,
        "seats": data.seats,
        "filled": data.filled,
        "seated": data.seated,
        "attendance": percent(data.filled, data.seats),
        "goals": len(data.goals),
        **{f"goals_{health.value}": data.goals_in(health) for health in Health},
        "engagement": round(median(scores)) if scores else None,
        "scored": len(scores),
        "engagement_low": sum(score < LOW for score in scores),
        "scores": {str(pk): score for pk, score in sorted(data.scores.items())},
        "to_decide": len(data.meeting.to_decide) if data.meeting else 0,
        "late": data.late,
    }


@dataclass(frozen=True)
class Before:
    """The figures of an earlier day, to compare with."""

    day: date
    numbers: Numbers


def board_figures(data: BoardData, numbers: Numbers, before: Before | None) -> list[BoardFigure]:
    """Return the six figures of the dashboard."""
    return [
        _agreements(data),
        _programs(data),
        _shares(data, numbers, before),
        _attendance(data, numbers, before),
        _goals(data, numbers),
        _engagement(data, numbers, before),
    ]


def _agreements(data: BoardData) -> BoardFigure:
    said = []
    if lapsed := len(data.lapsed):
        said.append(ngettext("%(number)d expired", "%(number)d expired", lapsed) % {"number": lapsed})
    if data.expiring:
        first = data.day + timedelta(days=data.expiring[0][1].days)
        words = ngettext(
            "%(number)d ends %(distance)s", "%(number)d end soon, the first %(distance)s", len(data.expiring)
        )
        said.append(words % {"number": len(data.expiring), "distance": days_until(first, data.day)})
    return BoardFigure(
        "in_force", _("Agreements in force"), str(data.in_force),
        _("Without one in force, money spent on shared work can be disallowed."),
        rows_page(data.area, "agreements"),
        rest=_("of %(total)d") % {"total": data.wanted},
        trend=", ".join(said) or (_("None ends within 270 days") if data.in_force else _("None is recorded")),
        trend_kind="now" if data.lapsed or not data.in_force else "soon" if data.expiring else "good",
        trend_icon="exclamation-octagon" if data.lapsed else "exclamation-triangle" if said else "check-lg",
    )  # fmt: skip


def _programs(data: BoardData) -> BoardFigure:
    uncovered = data.network.uncovered
    names = named([program.short_name for program in uncovered])
    return BoardFigure(
        "covered", _("Required programs covered"), str(data.network.covered),
        _("The law wants every required program reachable through the One-Stop."),
        reverse("partners:coverage", args=[data.area.slug]),
        rest=_("of %(total)d") % {"total": data.network.required},
        trend=_("%(programs)s without a partner") % {"programs": names} if names
        else _("All covered or decided") if data.network.required else _("No program is recorded"),
        trend_kind="soon" if names else "good" if data.network.required else "",
        trend_icon="exclamation-triangle" if names else "check-lg" if data.network.required else "dash-lg",
    )  # fmt: skip


def _shares(data: BoardData, numbers: Numbers, before: Before | None) -> BoardFigure:
    paid: int | None = numbers["paid_percent"]
    page = rows_page(data.area, "shares")
    note = _("Rent and equipment are paid together; a gap falls on the others. Invoices of the last 12 months.")
    label = _("Cost shares paid")
    if paid is None:
        return BoardFigure(
            "paid_percent", label, _("None yet"), note, page, trend=_("No invoice was due"), trend_icon="dash-lg"
        )
    rest = _("of %(due)s due") % {"due": money(data.due, "whole")}
    trend = _trend(paid, "paid_percent", before, _("points"))
    if not trend:
        left = data.due - data.paid
        trend = (_("%(left)s is not paid") % {"left": money(left, "whole")}, "soon", "exclamation-triangle")
        if not left:
            trend = (_("All is paid"), "good", "check-lg")
    return BoardFigure("paid_percent", label, f"{paid}%", note, page, rest, *trend)


def _attendance(data: BoardData, numbers: Numbers, before: Before | None) -> BoardFigure:
    share: int | None = numbers["attendance"]
    note = _("An organization counts when its main person or alternate came.")
    page, label = rows_page(data.area, "meetings"), _("Partners at meetings")
    if share is None:
        none = _("No meeting of the last 12 months is recorded")
        return BoardFigure("attendance", label, _("None yet"), note, page, trend=none, trend_icon="dash-lg")
    meetings = ngettext("%(number)d meeting in 12 months", "%(number)d meetings in 12 months", data.held)
    trend = _trend(share, "attendance", before, _("points"))
    rest = meetings % {"number": data.held}
    return BoardFigure("attendance", label, f"{share}%", note, page, rest, *trend)


def _goals(data: BoardData, numbers: Numbers) -> BoardFigure:
    said = []
    for health, words in (
        (Health.OFF_TRACK, _("%(number)d off track")),
        (Health.AT_RISK, _("%(number)d at risk")),
        (Health.UNKNOWN, _("%(number)d without a report")),
    ):
        if number := numbers[f"goals_{health.value}"]:
            said.append(words % {"number": number})
    is_off = bool(numbers["goals_off_track"])
    usual = "exclamation-triangle" if said else "check-lg" if data.goals else "dash-lg"
    return BoardFigure(
        "goals_on_track", _("Goals on track"), str(numbers["goals_on_track"]),
        _("By rule: forecast against target, not by opinion."),
        goals_page(data.area, "plan=adopted"),
        rest=_("of %(total)d") % {"total": len(data.goals)},
        trend=", ".join(said) or (_("All on track") if data.goals else _("No plan is adopted")),
        trend_kind="now" if is_off else "soon" if said else "good" if data.goals else "",
        trend_icon="x-octagon" if is_off else usual,
    )  # fmt: skip


def _engagement(data: BoardData, numbers: Numbers, before: Before | None) -> BoardFigure:
    middle: int | None = numbers["engagement"]
    label, page = _("Engagement, middle partner"), engagement_page(data.area)
    if middle is None:
        note = _("From what partners owed the network in 12 months, and did.")
        return BoardFigure(
            "engagement", label, _("None yet"), note, page, trend=_("Nothing was owed yet"), trend_icon="dash-lg"
        )
    calls = data.scoring_below(LOW)
    note = _("Half of the partners score higher. Below %(low)d is a reason to call: %(names)s.")
    note %= {"low": LOW, "names": named(calls) if calls else _("nobody is")}
    trend = _trend(middle, "engagement", before, _("points"))
    return BoardFigure("engagement", label, str(middle), note, page, _("of 100"), *trend)


def _trend(value: int, code: str, before: Before | None, unit: str) -> tuple[str, str, str] | tuple[()]:
    """Return how a figure has moved since an earlier day: in words, its color and its icon; nothing if unknown."""
    earlier = before.numbers.get(code) if before else None
    if before is None or earlier is None:
        return ()
    moved, facts = value - earlier, {"unit": unit, "day": shortday(before.day)}
    if abs(moved) <= 1:
        return _("Steady since %(day)s") % facts, "", TREND_ICONS[0]
    facts["number"] = str(abs(moved))
    if moved > 0:
        return _("Up %(number)s %(unit)s since %(day)s") % facts, "good", TREND_ICONS[1]
    return _("Down %(number)s %(unit)s since %(day)s") % facts, "now", TREND_ICONS[-1]
