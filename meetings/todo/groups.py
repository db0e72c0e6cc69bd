"""Groups that have not met for longer than they were promised, as to-do items of the staff."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.groups.rhythm import DRIFTS_AT
from meetings.models import Group, Meeting
from meetings.models.groups import PROMISED_DAYS
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all


def drifted(area: LocalArea, at: datetime) -> TodoPart:
    """Return the groups of an area that have drifted."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_met(area.pk, at), _items(area, today))


@written_once
def _met(area: int, at: datetime) -> QuerySet[Any, Any]:
    held = Meeting.objects.filter(group=OuterRef("pk"), status=Meeting.Status.HELD).order_by().values("group")
    coming = Meeting.objects.coming(at).filter(group=OuterRef("pk")).order_by().values("group")
    groups = Group.objects.current().filter(area=area).exclude(cadence=Group.Cadence.AS_NEEDED)
    return groups.annotate(
        last_at=Subquery(held.annotate(last=Max("starts_at")).values("last")),
        next_at=Subquery(coming.annotate(first=Min("starts_at")).values("first")),
    ).order_by("name", "pk").values("pk", "name", "cadence", "last_at", "next_at")  # fmt: skip


def _items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        late = [row for row in rows if _days_since(row, area, today) > PROMISED_DAYS[row["cadence"]] * DRIFTS_AT]
        for row in late[:NAMED]:
            yield _item(row, _days_since(row, area, today))
        if rest := late[NAMED:]:
            words = ngettext("%(number)d more group has drifted", "%(number)d more groups have drifted", len(rest))
            url = reverse("meetings:group_list", args=[area.slug])
            yield see_all(SOON, words % {"number": len(rest)}, url, _("View the groups"))

    return items


def _days_since(row: Row, area: LocalArea, today: date) -> int:
    return (today - row["last_at"].astimezone(area.zone).date()).days if row["last_at"] else 0


def _item(row: Row, days: int) -> TodoItem:
    what = _("%(name)s has not met for %(days)d days") % {"name": row["name"], "days": days}
    promised = str(Group.Cadence(row["cadence"]).label)
    if row["next_at"]:
        why = _("Promised: %(promised)s. A meeting is planned.") % {"promised": promised}
        return TodoItem(SOON, "calendar-x", what, why, _group(row), _("View the group"))
    why = _("Promised: %(promised)s. No meeting is planned.") % {"promised": promised}
    plan = reverse("meetings:series_add", args=[row["pk"]])
    return TodoItem(SOON, "calendar-x", what, why, _group(row), _("Plan a meeting"), plan)


def _group(row: Row) -> str:
    return reverse("meetings:group_detail", args=[row["pk"]])
