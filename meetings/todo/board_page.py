"""What the public page of a board lacks, as to-do items of the staff."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import Group
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea


def lacking(area: LocalArea) -> TodoPart:
    """Return what the public page of an area's board lacks."""
    return SmallQuery(_boards(area.pk), _items)


@written_once
def _boards(area: int) -> QuerySet[Any, Any]:
    boards = Group.objects.current().filter(area=area, kind=Group.Kind.BOARD)
    return boards.values(
        "pk", is_published=Coalesce(F("board_page__is_published"), False), bylaws=F("board_page__bylaws"),
        email=F("board_page__accommodation_email"), phone=F("board_page__accommodation_phone"),
    )  # fmt: skip


def _items(rows: list[Row]) -> Iterator[TodoItem]:
    law = _("Members, by-laws, agendas and minutes must be public (20 CFR 679.390).")
    for row in rows:
        url = reverse("meetings:board_page_edit", args=[row["pk"]])
        if not row["is_published"]:
            has_contact = row["email"] or row["phone"]
            why = law if has_contact else _("%(law)s A contact for accommodation is missing.") % {"law": law}
            yield TodoItem(SOON, "globe2", _("The board has no public page yet"), why, url, _("Set up the public page"))
        elif row["bylaws"] is None:
            what = _("The by-laws are missing on the page of the board")
            yield TodoItem(SOON, "file-earmark-text", what, law, url, _("Add the by-laws"))
