"""Corrections that partners ask for, as to-do items of the staff."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.dashboards.models import ActCorrection
from onestop.ui.presentation import shortday
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

WEEK = 7  # days, after which an answer is late


def corrections_to_answer(area: LocalArea, at: datetime) -> TodoPart:
    """Return the corrections that partners of an area wait for, the oldest first."""
    return SmallQuery(_open_in(area.pk), _items(area, at.astimezone(area.zone).date()))


@written_once
def _open_in(area: int) -> QuerySet[Any, Any]:
    rows = ActCorrection.objects.open().filter(partnership__area=area).order_by("at", "pk")
    return rows.values("pk", "what", "at", partner=F("partnership__organization__name"))[: NAMED + 1]


def _items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            asked = row["at"].astimezone(area.zone).date()
            what = _("%(partner)s asks for a correction: %(what)s") % {"partner": row["partner"], "what": row["what"]}
            why = _("Asked on %(day)s. It counts against the partner until you answer.") % {"day": shortday(asked)}
            url = reverse("dashboards:correction_answer", args=[row["pk"]])
            yield TodoItem(SOON if (today - asked).days > WEEK else LATER, "activity", what, why, url, _("Answer"))
        if rows[NAMED:]:
            url = reverse("dashboards:engagement_list", args=[area.slug])
            yield see_all(LATER, _("More partners ask for corrections"), url, _("View engagement"))

    return items
