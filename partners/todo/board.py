"""Vacant seats of the board and terms that end soon, as to-do items."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.presentation import shortday
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem
from onestop.ui.written_queries import Row, written_once
from partners.board.composition import ENDS_SOON
from partners.models import BoardSeat, BoardTerm, LocalArea
from partners.todo.lines import NAMED, see_all


def vacant_seats(area: LocalArea, today: date, *, keeps: bool) -> SmallQuery[Iterator[TodoItem]]:
    """Return the seats in which nobody serves and nobody will; ``keeps`` if the reader records who does."""
    return SmallQuery(_vacant(area.pk, today), lambda rows: _vacant_items(rows, area, keeps=keeps))


@written_once
def _vacant(area: int, today: date) -> QuerySet[Any, Any]:
    served = BoardTerm.objects.current().filter(seat=OuterRef("pk")).exclude(last_on__lt=today)
    seats = BoardSeat.objects.current().filter(~Exists(served), area=area)
    return seats.order_by("category", "label", "pk").values("pk", "category", "label", since=Max("terms__last_on"))


def _vacant_items(rows: list[Row], area: LocalArea, *, keeps: bool) -> Iterator[TodoItem]:
    page = reverse("partners:board", args=[area.slug])
    shown = rows[:NAMED] if keeps else []
    for row in shown:
        why = _("Nobody is recorded in this seat.")
        if row["since"]:
            why = _("The last term ended on %(date)s. Ask for a nomination.") % {"date": shortday(row["since"])}
        yield TodoItem(
            SOON,
            "person-dash",
            _("Vacant board seat: %(seat)s") % {"seat": _seat_name(row)},
            why,
            reverse("partners:board_seat_detail", args=[row["pk"]]),
            _("Record who serves"),
            reverse("partners:board_term_add", args=[row["pk"]]),
        )
    if rest := rows[len(shown) :]:
        number = len(rest)
        what = ngettext("%(number)d seat on the board is vacant", "%(number)d seats on the board are vacant", number)
        if shown:
            what = ngettext(
                "%(number)d more seat on the board is vacant", "%(number)d more seats on the board are vacant", number
            )
        yield see_all(SOON, what % {"number": number}, page, _("View the board"))


def ending_terms(area: LocalArea, today: date, *, keeps: bool) -> SmallQuery[Iterator[TodoItem]]:
    """Return the terms that end within 60 days without a successor; ``keeps`` if the reader records one."""
    return SmallQuery(_ending(area.pk, today, today + ENDS_SOON), lambda rows: _ending_items(rows, area, keeps=keeps))


@written_once
def _ending(area: int, today: date, until: date) -> QuerySet[Any, Any]:
    following = BoardTerm.objects.current().filter(seat=OuterRef("seat"), from_on__gt=today)
    terms = BoardTerm.objects.of(area).on(today).filter(~Exists(following), last_on__lte=until)
    seat = {"category": F("seat__category"), "label": F("seat__label")}
    return terms.order_by("last_on", "pk").values("pk", "seat_id", "name", "last_on", **seat)


def _ending_items(rows: list[Row], area: LocalArea, *, keeps: bool) -> Iterator[TodoItem]:
    shown = rows[:NAMED] if keeps else []
    for row in shown:
        yield TodoItem(
            LATER,
            "calendar-x",
            _("The term of %(person)s on the board ends") % {"person": row["name"]},
            _("%(seat)s. Ask for a nomination, or record the next term.") % {"seat": _seat_name(row)},
            reverse("partners:board_seat_detail", args=[row["seat_id"]]),
            _("Record the next term"),
            reverse("partners:board_term_add", args=[row["seat_id"]]),
            due_on=row["last_on"],
        )
    if rest := rows[len(shown) :]:
        number = len(rest)
        what = ngettext("%(number)d term on the board ends soon", "%(number)d terms on the board end soon", number) % {
            "number": number
        }
        yield see_all(LATER, what, reverse("partners:board", args=[area.slug]), _("View the board"))


def _seat_name(row: Row) -> str:
    return str(BoardSeat(category=row["category"], label=row["label"]))
