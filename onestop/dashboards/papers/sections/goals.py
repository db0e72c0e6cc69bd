"""Shared goals of the adopted plans: where each stands, its curve, who answers for it, and who sponsors it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.goals.curve import chart_of
from meetings.goals.judging import measured_by_goal
from meetings.models import Goal, GoalPartner, GoalUpdate
from onestop.dashboards.papers.section import Drawing, Mark, Row, Section, Table, address, drawing_of
from onestop.ui.presentation import money, plain_number, shortday
from partners.models import LocalArea

LABEL = gettext_lazy("Goals")
HELP = gettext_lazy("Each goal of the plan: its measure, where it stands, who answers for it, who sponsors it.")
LOOKS = {
    Goal.Health.ON_TRACK: ("good", ""),
    Goal.Health.AT_RISK: ("soon", "exclamation-triangle"),
    Goal.Health.OFF_TRACK: ("now", ""),
    Goal.Health.UNKNOWN: ("rest", "question-circle"),
}
WORST = (Goal.Health.OFF_TRACK, Goal.Health.AT_RISK)


def pursued_in(area: LocalArea) -> list[Any]:
    """Return the goals that partners of an area work on, in their order, with ``accountable`` and ``known`` reports.

    Three queries.
    """
    updates = GoalUpdate.objects.standing().filter(value__isnull=False).order_by("-as_of", "-pk")
    accountable = GoalPartner.objects.filter(role=GoalPartner.Role.ACCOUNTABLE)
    rows = Goal.objects.pursued().filter(plan__area=area, plan__archived_at=None).select_related("plan", "sponsor")
    return list(
        rows.prefetch_related(
            Prefetch("updates", updates, to_attr="known"),
            Prefetch("partner_links", accountable.select_related("partnership__organization"), to_attr="accountable"),
        ).order_by("plan__first_on", "position", "pk")
    )


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; four queries."""
    goals = pursued_in(area)
    return Section(
        str(_("Shared goals")),
        [*_sentences(goals)],
        [
            Table(
                _("Goals of the plan"),
                [_("Goal"), _("Now"), _("Target"), _("Status"), _("Answers for it"), _("Sponsor on the board")],
                [Row(_cells(goal), address("meetings:goal_detail", goal.pk)) for goal in goals],
            )
        ],
        _curves(goals, today),
        why=_("Partners chose these few goals together. The board reviews them, and its members sponsor them."),
        url=address("meetings:goal_list", area.slug),
        source=_("All goals"),
    )


def _curves(goals: Sequence[Any], today: date) -> list[Drawing]:
    """Return the curve of each goal with a target and something to draw; one query."""
    known = measured_by_goal(goals)
    charts = [(goal, chart_of(goal, known[goal.pk], today)) for goal in goals]
    return [drawing_of(goal.name, chart) for goal, chart in charts if chart]


def _sentences(goals: Sequence[Any]) -> list[str]:
    if not goals:
        return [_("No adopted plan of this area has a goal that partners work on.")]
    counted = Counter(goal.health for goal in goals)
    total = len(goals)
    parts = [
        f"{counted[health]} {Goal.Health(health).label.lower()}"
        for health in (Goal.Health.ON_TRACK, Goal.Health.AT_RISK, Goal.Health.OFF_TRACK, Goal.Health.UNKNOWN)
        if counted[health]
    ]
    first = ngettext("%(total)d goal: %(parts)s.", "%(total)d goals: %(parts)s.", total)
    sentences = [first % {"total": total, "parts": ", ".join(parts)}]
    for health in WORST:
        sentences += [
            _("%(goal)s is %(status)s. %(reason)s")
            % {"goal": goal.name, "status": goal.get_health_display().lower(), "reason": goal.health_reason}
            for goal in goals
            if goal.health == health and goal.health_reason
        ]
    without = [goal for goal in goals if goal.sponsor is None]
    if without:
        sentences.append(
            ngettext(
                "%(number)d goal has no sponsor on the board.",
                "%(number)d goals have no sponsor on the board.",
                len(without),
            )
            % {"number": len(without)}
        )
    return sentences


def _cells(goal: Any) -> list[str | Mark]:
    latest = goal.known[0] if goal.known else None
    now = (
        _("%(value)s (%(day)s)") % {"value": in_unit(latest.value, goal.unit), "day": shortday(latest.as_of)}
        if latest
        else _("No report yet")
    )
    target = (
        _("%(value)s by %(day)s") % {"value": in_unit(goal.target, goal.unit), "day": shortday(goal.due_on)}
        if goal.target is not None
        else _("by %(day)s") % {"day": shortday(goal.due_on)}
    )
    answers = ", ".join(link.partnership.organization.name for link in goal.accountable)
    return [
        f"{goal.name}. {goal.measure}",
        now,
        target,
        health_of(goal),
        answers or _("Nobody yet"),
        goal.sponsor.name if goal.sponsor else _("Nobody yet"),
    ]


def health_of(goal: Any) -> Mark:
    """Return the status of a goal."""
    kind, icon = LOOKS[goal.health]
    return Mark(kind, str(goal.get_health_display()), icon)


def in_unit(value: Decimal, unit: str) -> str:
    """Return a value of a goal in its unit: "45%", "$12,000", "30 days", "18"."""
    number = plain_number(value)
    if unit == Goal.Unit.PERCENT:
        return _("%(number)s%%") % {"number": number}
    if unit == Goal.Unit.DOLLARS:
        return str(money(value))
    if unit == Goal.Unit.DAYS:
        return _("%(number)s days") % {"number": number}
    return number
