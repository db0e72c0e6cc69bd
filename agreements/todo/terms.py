"""Agreements that lapsed or expire soon, and their clocks, as to-do items."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from agreements.terms.clocks import DUE_SOON, INTERIM, REVIEW, RULES, interim_due, with_clocks
from agreements.terms.standings import EXPIRES_SOON, EXPIRING, IN_FORCE, LAPSED, condition_of
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

Items = Iterator[TodoItem]


def items_of(area: LocalArea, today: date) -> list[TodoPart]:
    """Return what waits in an area; all parts are read in one query with those of other apps."""
    return [
        SmallQuery(_lapsed(area.pk, today), lambda rows: _items(rows, area, "lapsed", _lapsed_item(today))),
        SmallQuery(_expiring(area.pk, today), lambda rows: _items(rows, area, "expiring", _expiring_item(today))),
        SmallQuery(_to_review(area.pk, today), lambda rows: _items(rows, area, "in_force", _review_item(today))),
        SmallQuery(_interim(area.pk, today), lambda rows: _items(rows, area, "in_force", _interim_item(today))),
    ]


def _items(rows: list[Row], area: LocalArea, standing: str, item: Callable[[Row], TodoItem | None]) -> Items:
    """Yield the first items, and one line for the rest."""
    items = [made for row in rows if (made := item(row))]
    yield from items[:NAMED]
    if rest := items[NAMED:]:
        number = len(rest)
        what = ngettext(
            "%(number)d more agreement needs attention", "%(number)d more agreements need attention", number
        ) % {"number": number}
        url = f"{reverse('agreements:agreement_list', args=[area.slug])}?standing={standing}"
        yield see_all(rest[0].kind, what, url, _("View the agreements"))


# ---------------------------------------------------------------- The end of the term
@written_once
def _lapsed(area: int, today: date) -> QuerySet[Any, Any]:
    rows: Any = Agreement.objects.filter(area=area).with_terms().filter(condition_of(LAPSED, today))
    return rows.order_by("ends_on", "pk").values("pk", "number", "ends_on")


def _lapsed_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        days = (today - row["ends_on"]).days
        why = ngettext(
            "%(days)s day is not covered. Record the successor, or terminate the agreement.",
            "%(days)s days are not covered. Record the successor, or terminate the agreement.",
            days,
        )
        what = _("%(number)s expired without a successor") % row
        return _item(row, NOW, "calendar-x", what, why % {"days": days}, row["ends_on"])

    return item


@written_once
def _expiring(area: int, today: date) -> QuerySet[Any, Any]:
    rows: Any = Agreement.objects.filter(area=area).with_terms().filter(condition_of(EXPIRING, today))
    begun = Agreement.objects.filter(supersedes=OuterRef("pk")).exclude(status=Agreement.Status.WITHDRAWN)
    return rows.annotate(is_begun=Exists(begun)).order_by("ends_on", "pk").values("pk", "number", "ends_on", "is_begun")


def _expiring_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        kind = SOON if row["ends_on"] - today <= DUE_SOON else LATER
        what = _("%(number)s expires, and no executed successor follows") % row
        if row["is_begun"]:
            return _item(row, kind, "hourglass-split", what, _("Its successor is begun."), row["ends_on"])
        why = _("Begin its successor early: each party needs time to approve it.")
        item = _item(row, kind, "hourglass-split", what, why, row["ends_on"])
        renew = reverse("agreements:renew", args=[row["pk"]])
        return replace(item, do=_("Start the renewal"), do_url=renew)

    return item


# ---------------------------------------------------------------- Clocks
@written_once
def _to_review(area: int, today: date) -> QuerySet[Any, Any]:
    rows: Any = with_clocks(Agreement.objects.filter(area=area, kind__in=Agreement.MOUS).with_terms())
    due = rows.filter(condition_of(IN_FORCE, today), review_due_on__lte=today + DUE_SOON)
    return due.order_by("review_due_on", "pk").values("pk", "number", "review_due_on")


def _review_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        due, rule = row["review_due_on"], RULES[REVIEW]
        is_over = due < today
        what = _("The review of %(number)s is overdue") if is_over else _("The review of %(number)s is due")
        why = f"{rule.sentence} ({rule.law})"
        return _item(row, NOW if is_over else SOON, "clipboard-check", what % row, why, due)

    return item


@written_once
def _interim(area: int, today: date) -> QuerySet[Any, Any]:
    rows: Any = with_clocks(Agreement.objects.filter(area=area, is_interim=True).with_terms())
    open_ones = rows.filter(condition_of(IN_FORCE, today) | condition_of(LAPSED, today), successor_on=None)
    return open_ones.order_by("mou_signed_on", "pk").values("pk", "number", "mou_signed_on")


def _interim_item(today: date) -> Callable[[Row], TodoItem | None]:
    def item(row: Row) -> TodoItem | None:
        due, rule = interim_due(row["mou_signed_on"]), RULES[INTERIM]
        if due > today + EXPIRES_SOON:
            return None
        what = _("The final agreement after %(number)s is due")
        if due < today:
            what = _("The final agreement after %(number)s is overdue: notify the Governor")
        kind = NOW if due < today else SOON if due - today <= DUE_SOON else LATER
        return _item(row, kind, "cash-coin", what % row, f"{rule.sentence} ({rule.law})", due)

    return item


def _item(row: Row, kind: str, icon: str, what: str, why: str, due_on: date) -> TodoItem:
    url = reverse("agreements:agreement_detail", args=[row["pk"]])
    return TodoItem(kind, icon, what, why, url, _("View the agreement"), due_on=due_on)
