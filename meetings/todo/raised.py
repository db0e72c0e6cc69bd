"""Raised issues as to-do items: of the staff, those not sent yet; of the state, those that wait for its answer."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import RaisedIssue
from meetings.raised.reading import LONG
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea, State
from partners.todo.lines import NAMED, see_all

Status = RaisedIssue.Status


def to_send(area: LocalArea) -> TodoPart:
    """Return the issues of an area that nobody has sent to the state or closed."""
    return SmallQuery(_to_send(area.pk), _send_items(area))


@written_once
def _to_send(area: int) -> QuerySet[Any, Any]:
    rows = RaisedIssue.objects.current().filter(area=area, status=Status.OPEN).order_by("raised_at", "pk")
    return rows.values("pk", "title", "raised_at", "raised_name", who=F("partnership__organization__name"))[: NAMED + 1]


def _send_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Decide about a raised issue: %(title)s") % row
            why = _("%(who)s raised it on %(day)s. Send it to the state, or close it with an answer.")
            raised = row["raised_at"].astimezone(area.zone).date()
            why %= {"who": row["who"] or row["raised_name"], "day": day(raised, "plain")}
            yield TodoItem(SOON, "flag", what, why, _page(row), _("View the issue"))
        if rows[NAMED:]:
            url = reverse("meetings:raised_list", args=[area.slug]) + f"?state={Status.OPEN}"
            yield see_all(SOON, _("More issues are not sent yet"), url, _("View the issues"))

    return items


def to_answer(state: State, at: datetime) -> TodoPart:
    """Return the issues that areas of a state sent to it and that wait for its answer, the oldest first."""
    return SmallQuery(_to_answer(state.pk), _answer_items(state, at))


@written_once
def _to_answer(state: int) -> QuerySet[Any, Any]:
    rows = RaisedIssue.objects.current().filter(area__state=state, status=Status.SENT).order_by("sent_at", "pk")
    return rows.values("pk", "title", "sent_at", area_name=F("area__name"))[: NAMED + 1]


def _answer_items(state: State, at: datetime) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Answer: %(title)s") % row
            why = _("%(area)s sent it on %(day)s. The answer goes back to whoever raised it.")
            why %= {"area": row["area_name"], "day": day(row["sent_at"])}
            kind = SOON if row["sent_at"] < at - timedelta(days=LONG) else LATER
            yield TodoItem(kind, "flag", what, why, _page(row), _("View the issue"))
        if rows[NAMED:]:
            url = reverse("meetings:state_raised_list", args=[state.code]) + f"?state={Status.SENT}"
            yield see_all(LATER, _("More issues wait for an answer of the state"), url, _("View the issues"))

    return items


def _page(row: Row) -> str:
    return reverse("meetings:raised_detail", args=[row["pk"]])
