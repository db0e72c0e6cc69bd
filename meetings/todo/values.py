"""The shared values as to-do items: of a partner that has not affirmed them, and of the staff how many have not."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.values.reading import lacking, owed_since
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea, Partnership
from partners.seats import seats_of
from partners.todo.lines import NAMED


def to_affirm(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return the partners that a person manages and that do not affirm the values in force."""
    today = at.astimezone(area.zone).date()
    managed = seats_of(user).managed_partnership_ids
    return SmallQuery(_to_affirm(area.pk, managed, today), _items) if managed else []


@written_once
def _to_affirm(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    rows = lacking(Partnership.objects.filter(area=area, pk__in=partnerships), today).order_by("pk")
    return rows.values("pk", "since", "adopted", "lapsed", name=F("organization__name"))[:NAMED]


def _items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        since = owed_since(row["adopted"], row["since"], row["lapsed"])
        if row["lapsed"]:
            why = _("The affirmation of %(partner)s lapsed on %(day)s. It lasts for a year.")
            why %= {"partner": row["name"], "day": day(row["lapsed"], "plain")}
        else:
            why = _("%(partner)s has not affirmed them. Open since %(day)s.")
            why %= {"partner": row["name"], "day": day(since, "plain")}
        url = reverse("meetings:values_affirm", args=[row["pk"]])
        yield TodoItem(SOON, "flag", _("Affirm the shared values"), why, url, _("Read and affirm"))


def not_affirmed(area: LocalArea, at: datetime) -> TodoPart:
    """Return how many partners of an area do not affirm the values in force."""
    return SmallQuery(_not_affirmed(area.pk, at.astimezone(area.zone).date()), _count_items(area))


@written_once
def _not_affirmed(area: int, today: date) -> QuerySet[Any, Any]:
    rows = lacking(Partnership.objects.filter(area=area), today).order_by().values("area")
    return rows.annotate(number=Count("pk")).values("number")


def _count_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            what = ngettext(
                "%(number)d partner has not affirmed the shared values",
                "%(number)d partners have not affirmed the shared values",
                row["number"],
            )
            why = _("Reminders go to their managers. Newcomers affirm the values when they join.")
            url = reverse("meetings:values_detail", args=[area.slug])
            yield TodoItem(LATER, "flag", what % row, why, url, _("View the partners"))

    return items
