"""The page of the board: how the network stands, what waits for a decision, what a member could take on."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.dashboards.board.charts import GoalRow, cost_chart, trend_charts
from onestop.dashboards.board.figures import board_figures, numbers_of, percent
from onestop.dashboards.board.matching import matches_for, terms_of, year_of
from onestop.dashboards.board.pages import goal_page, goals_page, rows_page
from onestop.dashboards.board.reading import BoardData, read_board
from onestop.dashboards.board.sentences import in_short
from onestop.dashboards.board.snapshots import before_of, history_of
from onestop.dashboards.models import Opportunity
from onestop.dashboards.models.opportunities import Kind
from onestop.ui.presentation import days_until, shortday
from partners.models import LocalArea

TAKE = 3  # suggestions on the page
ENDING = 3  # agreements that have expired or end next
SHOWN = 6  # purchases and late clocks on the page; the rest is counted


@dataclass(frozen=True)
class Late:
    """One clock that is late: what it is, where, and since when."""

    text: str
    url: str
    law: str
    due_on: date | None = None


def dashboard_of(user: Any, area: LocalArea, *, at: datetime) -> dict[str, Any]:
    """Return the context of the page; the same number of queries for a small area and for a large one."""
    today = at.astimezone(area.zone).date()
    data = read_board(area, day=today, at=at)
    numbers, history = numbers_of(data), history_of(area, today)
    late, ending = late_of(data), [*data.lapsed, *data.expiring]
    return {
        "title": _("How the network stands"),
        "area": area,
        "data": data,
        "in_short": in_short(data),
        "figures": board_figures(data, numbers, before_of(history, today)),
        "goals": goals_of(data, today),
        "goals_url": goals_page(area, "plan=adopted"),
        "costs": data.costs,
        "cost_chart": cost_chart(data.costs) if data.costs else None,
        "purchases": data.purchases[:SHOWN],
        "purchases_hidden": max(len(data.purchases) - SHOWN, 0),
        "purchased": purchased(data),
        "late": late[:SHOWN],
        "late_hidden": max(len(late) - SHOWN, 0),
        "late_url": rows_page(area, "late"),
        "ending": [(*pair, ends_in_words(pair[0].ends_on, today)) for pair in ending[:ENDING]],
        "ending_hidden": max(len(ending) - ENDING, 0),
        "ending_url": rows_page(area, "agreements"),
        "trends": trend_charts(history),
        "matches": matches_for(area, terms_of(user, area, today), today=today, most=TAKE),
        "year": year_of(area, at=at),
    }


def ends_in_words(ends_on: date | None, today: date) -> str:
    """Return on which day an agreement without a successor ends, or has ended, and how far that is."""
    if ends_on is None:
        return ""
    words = _("Ended %(day)s (%(distance)s)") if ends_on < today else _("Ends %(day)s (%(distance)s)")
    return words % {"day": shortday(ends_on), "distance": days_until(ends_on, today)}


def purchased(data: BoardData) -> dict[str, Any] | None:
    """Return what was authorized of purchases in force, and what is left of it."""
    if not data.purchases:
        return None
    authorized = sum((each.authorized for each in data.purchases), Decimal(0))
    left = sum((each.left for each in data.purchases), Decimal(0))
    return {"authorized": authorized, "left": left, "percent": percent(left, authorized)}


def goals_of(data: BoardData, today: date) -> list[GoalRow]:
    """Return the goals, each with where a member of the board takes it on; one query."""
    sponsors = {goal.pk: goal.sponsor for goal in data.goals if goal.sponsor and goal.sponsor.is_on(today)}
    without = [goal.pk for goal in data.goals if goal.pk not in sponsors]
    rows = Opportunity.objects.filter(area=data.area, kind=Kind.SPONSOR, goal__in=without).open_on(today)
    wanted = dict(rows.order_by("-pk").values_list("goal", "pk"))
    return [
        GoalRow(
            goal,
            goal_page(goal),
            reverse("dashboards:opportunity_take", args=[wanted[goal.pk]]) if goal.pk in wanted else "",
            sponsors.get(goal.pk),
        )
        for goal in data.goals
    ]


def late_of(data: BoardData) -> list[Late]:
    """Return the clocks that are late: of agreements, then of centers."""
    found = [
        Late(
            _("%(rule)s: %(agreement)s") % {"rule": clock.rule.name, "agreement": clock.agreement.title},
            clock.agreement.get_absolute_url(),
            clock.rule.law,
            clock.due_on,
        )
        for clock in data.clocks_late
    ]
    return found + [Late(item.text, item.url, item.law) for item in data.reviews_late]
