"""Quality checks of adopted practices as to-do items: of a partner's own, and for the staff how many are due."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import SOON, TodoItem
from onestop.ui.written_queries import Row, written_once
from partners.models import Adoption, LocalArea
from partners.todo.lines import NAMED, see_all


def checks_to_record(area: LocalArea, partnerships: Collection[int], at: datetime) -> SmallQuery[Iterator[TodoItem]]:
    """Return the practices that some partners adopted and that are to be checked, what is due first."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_to_record(area.pk, frozenset(partnerships), today), _items(area))


@written_once
def _to_record(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    rows = Adoption.objects.to_check(today).filter(practice__area=area, partnership__in=partnerships)
    found: QuerySet[Any, Any] = rows.order_by("due", "pk").values("pk", "due", title=F("practice__title"))
    return found[: NAMED + 1]


def _items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Check the practice “%(title)s”") % {"title": row["title"]}
            why = _("You adopted it. Is it done, and does it help? Due %(day)s.") % {"day": day(row["due"])}
            url = reverse("partners:check_add", args=[row["pk"]])
            yield TodoItem(SOON, "clipboard-check", what, why, url, _("Record the check"), due_on=row["due"])
        if rows[NAMED:]:
            url = reverse("partners:check_list", args=[area.slug]) + "?state=due&whose=mine"
            yield see_all(SOON, _("You have more adopted practices to check"), url, _("View my checks"))

    return items


def checks_due(area: LocalArea, at: datetime) -> SmallQuery[Iterator[TodoItem]]:
    """Return how many adopted practices of an area are to be checked."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_due(area.pk, today), _due_items(area))


@written_once
def _due(area: int, today: date) -> QuerySet[Any, Any]:
    rows = Adoption.objects.to_check(today).filter(practice__area=area).order_by().values("practice__area")
    found: QuerySet[Any, Any] = rows.annotate(number=Count("pk"), oldest=Min("due")).values("number", "oldest")
    return found


def _due_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            number = row["number"]
            what = ngettext(
                "%(number)d adopted practice is due for a check", "%(number)d adopted practices are due for a check",
                number,
            )  # fmt: skip
            why = _("The first one was due %(day)s.") % {"day": day(row["oldest"])}
            url = reverse("partners:check_list", args=[area.slug]) + "?state=due"
            yield TodoItem(SOON, "clipboard-check", what % {"number": number}, why, url, _("View the checks"))

    return items
