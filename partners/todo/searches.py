"""Words that people look for again and again and do not find, as one to-do item of the staff."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, TodoItem
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea, UnansweredQuestion

LATELY = timedelta(days=28)  # a choice of the list's filter
OFTEN = 3  # times lately: one person who tries twice gives nobody work
NAMED = 2  # words; the list shows the others


def asked_in_vain(area: LocalArea, at: datetime) -> SmallQuery[Iterator[TodoItem]]:
    """Return that words without an answer were asked three times or more in the last four weeks."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_often(area.pk, today - LATELY + timedelta(days=1)), lambda rows: _item(rows, area))


@written_once
def _often(area: int, first: date) -> QuerySet[Any, Any]:
    rows = UnansweredQuestion.objects.filter(area=area).since(first).open().order_by()
    counted: Any = rows.values("words").annotate(times=Sum("number")).filter(times__gte=OFTEN)
    return counted.order_by("-times", "words")[: NAMED + 1]


def _item(rows: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    if not rows:
        return
    names = {"first": rows[0]["words"], "second": rows[:NAMED][-1]["words"]}
    if len(rows) == 1:
        what = _("People searched for “%(first)s” and did not find it")
    elif len(rows) == NAMED:
        what = _("People searched for “%(first)s” and “%(second)s” and did not find them")
    else:
        what = _("People searched for “%(first)s”, “%(second)s” and other things and did not find them")
    yield TodoItem(
        LATER,
        "search",
        what % names,
        _("Each was asked %(number)d times or more in the last 4 weeks. A keyword or a term can answer it.")
        % {"number": OFTEN},
        reverse("partners:unanswered_list", args=[area.slug]) + f"?since={LATELY.days}",
        ngettext("Answer this search", "Answer these searches", len(rows)),
    )
