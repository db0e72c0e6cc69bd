"""Counts that partners were asked for, as to-do items of their managers, and of the staff once they are late."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import CountRequest, FundingPeriod
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

AHEAD = timedelta(days=14)
MOST = 50


def of_manager(partnerships: frozenset[int], area: LocalArea, today: date) -> TodoPart:
    """Return the counts that the managers of partners were asked for and have not sent."""
    return SmallQuery(_to_send(partnerships, area.pk), _send_items(today))


def of_staff(area: LocalArea, today: date) -> TodoPart:
    """Return the budgets with counts that partners have not sent in time."""
    return SmallQuery(_late(area.pk, today), _late_items)


def _pending() -> Any:
    rows = CountRequest.objects.pending().filter(payer__archived_at=None)
    return rows.exclude(period__status=FundingPeriod.Status.CLOSED)


# ---------------------------------------------------------------- Partners
@written_once
def _to_send(partnerships: frozenset[int], area: int) -> QuerySet[Any, Any]:
    rows = _pending().filter(payer__partnership__in=partnerships, agreement__area=area)
    names = {
        "partner": F("payer__partnership__organization__name"), "ifa": F("agreement__number"),
        "first_on": F("period__first_on"), "last_on": F("period__last_on"), "budget": F("payer__budget"),
    }  # fmt: skip
    found: QuerySet[Any, Any] = rows.order_by("due_on", "pk").values("pk", "due_on", **names)[:MOST]
    return found


def _send_items(today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def kind_of(row: Row) -> str:
        if row["due_on"] < today:
            return NOW
        return SOON if row["due_on"] - today <= AHEAD else LATER

    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            period = FundingPeriod(first_on=row["first_on"], last_on=row["last_on"])
            what = _("Send the counts for %(period)s") % {"period": period}
            words = {"ifa": row["ifa"], "partner": row["partner"], "day": day(row["due_on"], "plain")}
            why = _("The costs of %(ifa)s are shared by what %(partner)s reports by %(day)s.") % words
            url = reverse("agreements:count_request_detail", args=[row["pk"]])
            yield TodoItem(kind_of(row), "rulers", what, why, url, _("Enter the counts"), due_on=row["due_on"])
        if rest := rows[NAMED:]:
            number = len(rest)
            what = ngettext(
                "%(n)d more request for counts is open", "%(n)d more requests for counts are open", number
            ) % {"n": number}  # fmt: skip
            url = f"{reverse('agreements:counts', args=[rest[0]['budget']])}#requests"
            yield see_all(kind_of(rest[0]), what, url, _("View the requests"))

    return items


# ---------------------------------------------------------------- The staff
@written_once
def _late(area: int, today: date) -> QuerySet[Any, Any]:
    rows = _pending().filter(agreement__area=area, due_on__lt=today)
    counted = rows.order_by().values(budget=F("payer__budget"), ifa=F("agreement__number"))
    found: QuerySet[Any, Any] = counted.annotate(number=Count("pk"), since=Min("due_on")).order_by("since", "budget")
    return found[:MOST]


def _late_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = ngettext(
            "%(number)d partner has not sent its counts for %(ifa)s",
            "%(number)d partners have not sent their counts for %(ifa)s",
            row["number"],
        )
        why = _("Remind them, enter the counts yourself, or withdraw the request.")
        url = f"{reverse('agreements:counts', args=[row['budget']])}#requests"
        yield TodoItem(NOW, "rulers", what % row, why, url, _("View the requests"), due_on=row["since"])
