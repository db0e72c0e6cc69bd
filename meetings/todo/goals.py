"""Reports on shared goals as to-do items: of the partner that answers, and for staff those that are overdue."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.goals.rhythm import first_day_of, report_due
from meetings.models import Goal, GoalPartner
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

AHEAD = timedelta(days=14)
ALL = 200  # more than anybody has
FACTS = {
    "first_on": F("plan__first_on"),
    "adopted_on": F("plan__adopted_on"),
    "told_on": Max("updates__as_of", filter=Q(updates__corrected_by=None)),
}


def to_report(partnerships: frozenset[int], area: LocalArea, today: date) -> TodoPart:
    """Return the goals for which partners answer and whose report is due in two weeks, or overdue."""
    return SmallQuery(_answered_by(partnerships, area.pk), _own_items(area, today))


@written_once
def _answered_by(partnerships: frozenset[int], area: int) -> QuerySet[Any, Any]:
    links = GoalPartner.objects.filter(partnership__in=partnerships, role=GoalPartner.Role.ACCOUNTABLE)
    return _pursued(Goal.objects.filter(pk__in=links.values("goal"), plan__area=area))


def overdue(area: LocalArea, today: date) -> TodoPart:
    """Return how many goals of an area have an overdue report, for the staff."""
    return SmallQuery(_in_area(area.pk), _overdue_items(area, today))


@written_once
def _in_area(area: int) -> QuerySet[Any, Any]:
    return _pursued(Goal.objects.filter(plan__area=area))


def _pursued(rows: Any) -> QuerySet[Any, Any]:
    found = rows.pursued().filter(plan__archived_at=None).order_by("pk")
    return found.values("pk", "name", "rhythm", "baseline_on", "due_on").annotate(**FACTS)[:ALL]


def _due(row: Row) -> date | None:
    begins = first_day_of(baseline_on=row["baseline_on"], first_on=row["first_on"], adopted_on=row["adopted_on"])
    return report_due(told_on=row["told_on"], begins=begins, rhythm=row["rhythm"], due_on=row["due_on"])


def _own_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        owed = sorted((due, row["pk"], row["name"]) for row in rows if (due := _due(row)) and due <= today + AHEAD)
        for due, pk, name in owed[:NAMED]:
            is_late = due < today
            why = _("The report was due %(day)s.") if is_late else _("The report is due %(day)s.")
            yield TodoItem(
                NOW if is_late else SOON,
                "flag",
                _("Report on “%(goal)s”") % {"goal": name},
                why % {"day": day(due)},
                reverse("meetings:goal_detail", args=[pk]),
                _("Report progress"),
                reverse("meetings:goal_report", args=[pk]),
                due_on=due,
            )
        if rest := len(owed[NAMED:]):
            words = ngettext("%(n)d more report on a goal", "%(n)d more reports on goals", rest) % {"n": rest}
            yield see_all(SOON, words, f"{_list(area)}?whose=mine", _("View the goals of my organization"))

    return items


def _overdue_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        late = [due for row in rows if (due := _due(row)) and due < today]
        if late:
            words = ngettext(
                "A report on %(n)d shared goal is overdue", "Reports on %(n)d shared goals are overdue", len(late)
            )
            why = _("The partners that answer for them are reminded every two weeks. A call may help.")
            url = f"{_list(area)}?report=late"
            yield TodoItem(SOON, "flag", words % {"n": len(late)}, why, url, _("View the goals"))

    return items


def _list(area: LocalArea) -> str:
    return reverse("meetings:goal_list", args=[area.slug])
