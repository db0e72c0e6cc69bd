"""Partners and people who missed too many meetings in a row, as to-do items of those who run the group."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from meetings.turnout.missing import (
    members_without_seat,
    partner_seats,
    partners_missing,
    people_in_seats,
    people_over_policy,
)
from meetings.turnout.reading import LOOKS_BACK
from onestop.ui.sentences import retold as _
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import SOON, TodoItem, TodoPart, TodoPlace
from onestop.ui.written_queries import Row
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

ICON = "person-dash"


def missed(place: TodoPlace, *, user: Any = None) -> list[TodoPart]:
    """Return who missed too many meetings in a row: of all groups of an area, or of those that a person runs."""
    area, since = place.area, place.at - LOOKS_BACK
    given = (area.pk, since, user.pk if user else None)
    return [
        SmallQuery(partner_seats(*given), _partner_items(area)),
        SmallQuery(people_in_seats(*given), _policy_items(area)),
        SmallQuery(members_without_seat(*given), _policy_items(area)),
    ]


def _partner_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        missing = partners_missing(rows)
        for row in missing[:NAMED]:
            yield _item(row, _partner_words(row), _why(row))
        if rest := missing[NAMED:]:
            words = ngettext(
                "%(number)d more partner missed three meetings in a row",
                "%(number)d more partners missed three meetings in a row",
                len(rest),
            )
            url = reverse("meetings:group_list", args=[area.slug])
            yield see_all(SOON, words % {"number": len(rest)}, url, _("View the groups"))

    return items


def _partner_words(row: Row) -> str:
    if row["missed"] == 3:
        return _("Third meeting in a row without %(who)s") % row
    return _("%(missed)d meetings in a row without %(who)s") % row


def _why(row: Row) -> str:
    if row["allowed"] and row["missed"] >= row["allowed"]:
        return _("%(group_name)s. The attendance policy is reached: %(allowed)d in a row.") % row
    return str(row["group_name"])


def _policy_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        over = people_over_policy(rows)
        for row in over[:NAMED]:
            what = ngettext(
                "%(who)s missed %(missed)d meeting", "%(who)s missed %(missed)d meetings in a row", row["missed"]
            )
            yield _item(row, what % row, _why(row))
        if rest := over[NAMED:]:
            words = ngettext(
                "%(number)d more person has reached an attendance policy",
                "%(number)d more people have reached an attendance policy",
                len(rest),
            )
            url = reverse("meetings:group_list", args=[area.slug])
            yield see_all(SOON, words % {"number": len(rest)}, url, _("View the groups"))

    return items


def _item(row: Row, what: str, why: str) -> TodoItem:
    url = reverse("meetings:group_attendance", args=[row["group"]])
    return TodoItem(SOON, ICON, what, why, url, _("View attendance"))
