"""Action items as to-do items: one's own, those of one's organization, those of groups that one runs."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import ActionItem, GroupMember
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

AHEAD = timedelta(days=14)
ALL = 1000  # more than anybody has


def own(user: Any, area: LocalArea, today: date) -> TodoPart:
    """Return the items of a person that are due in two weeks, or overdue: by the account, or by its address."""
    query = _own(user.pk, user.email.lower() or "-", area.pk, area.state_id, today + AHEAD)
    return SmallQuery(query, _own_items(area, today))


@written_once
def _own(user: int, email: str, area: int, state: int, until: date) -> QuerySet[Any, Any]:
    mine = Q(user=user) | Q(email=email)
    here = Q(group__area=area) | Q(partnership__area=area) | Q(group__state=state)
    rows = ActionItem.objects.open().filter(mine, here, due_on__lte=until).order_by("due_on", "pk")
    return rows.values("pk", "text", "due_on", group_name=F("group__name"))[:ALL]


def _own_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            yield _item(row, today, _("Mark as done"), reverse("meetings:action_done", args=[row["pk"]]))
        if rest := len(rows[NAMED:]):
            words = ngettext("%(n)d more action item of yours", "%(n)d more action items of yours", rest)
            kind = NOW if rows[NAMED]["due_on"] < today else SOON
            yield see_all(kind, words % {"n": rest}, f"{_list(area)}?whose=mine", _("View my action items"))

    return items


def _item(row: Row, today: date, do: str, do_url: str) -> TodoItem:
    is_late = row["due_on"] < today
    words = _("%(group)s. Was due %(day)s.") if is_late else _("%(group)s. Due %(day)s.")
    why = words % {"group": row["group_name"], "day": day(row["due_on"])}
    url = reverse("meetings:action_detail", args=[row["pk"]])
    kind = NOW if is_late or row["due_on"] == today else SOON
    return TodoItem(kind, "check2-square", row["text"], why, url, do, do_url, due_on=row["due_on"])


def of_organization(partnerships: frozenset[int], area: LocalArea, today: date) -> TodoPart:
    """Return the overdue items of partners that name no person who can be reached."""
    return SmallQuery(_of_organization(partnerships, area.pk, today), _organization_items(area, today))


@written_once
def _of_organization(partnerships: frozenset[int], area: int, today: date) -> QuerySet[Any, Any]:
    rows = ActionItem.objects.overdue(today).filter(
        partnership__in=partnerships, partnership__area=area, user=None, email=""
    )
    facts = {"group_name": F("group__name"), "organization": F("partnership__organization__name")}
    return rows.order_by("due_on", "pk").values("pk", "text", "due_on", **facts)[:ALL]


def _organization_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            url = reverse("meetings:action_detail", args=[row["pk"]])
            group = _("%(organization)s in %(group)s") % {
                "organization": row["organization"],
                "group": row["group_name"],
            }
            yield _item(row | {"group_name": group}, today, _("Report on it"), url)
        if rest := len(rows[NAMED:]):
            words = ngettext(
                "%(n)d more overdue action item of your organization",
                "%(n)d more overdue action items of your organization",
                rest,
            )
            url = f"{_list(area)}?whose=organization&state=overdue"
            yield see_all(NOW, words % {"n": rest}, url, _("View its action items"))

    return items


# ---------------------------------------------------------------- For those who run a group
def of_groups(user: Any, area: LocalArea, today: date) -> list[TodoPart]:
    """Return how many items are overdue in each group that a person runs, and where another day is asked for.

    Without a person it is for the staff, who run all groups of the area.
    """
    officer = user.pk if user else None
    return [
        SmallQuery(_overdue(area.pk, officer, today), _overdue_items(area)),
        SmallQuery(_asked(area.pk, officer), _asked_items),
    ]


def _run_by(rows: QuerySet[ActionItem], area: int, officer: int | None) -> QuerySet[ActionItem]:
    rows = rows.filter(group__area=area, group__archived_at=None)
    if officer is None:
        return rows
    day_there = TruncDate(Now())
    held = GroupMember.objects.current().filter(
        Q(last_on=None) | Q(last_on__gte=day_there), from_on__lte=day_there, user=officer,
        role__in=GroupMember.OFFICERS,
    )  # fmt: skip
    return rows.filter(group__in=held.values("group"))


@written_once
def _overdue(area: int, officer: int | None, today: date) -> QuerySet[Any, Any]:
    rows = _run_by(ActionItem.objects.overdue(today), area, officer)
    counted = rows.order_by().values("group", group_name=F("group__name")).annotate(number=Count("pk"))
    return counted.order_by("-number", "group_name", "group")[: NAMED + 1]


def _overdue_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            words = ngettext(
                "%(number)d overdue action item of %(group_name)s",
                "%(number)d overdue action items of %(group_name)s",
                row["number"],
            )
            why = _("Whoever does them is reminded every week. Reassign, move or drop what is stuck.")
            url = f"{_list(area)}?group={row['group']}&state=overdue"
            yield TodoItem(SOON, "check2-square", words % row, why, url, _("View the overdue items"))
        if len(rows) > NAMED:
            url = f"{_list(area)}?state=overdue"
            yield see_all(SOON, _("More groups have overdue action items"), url, _("View all overdue items"))

    return items


@written_once
def _asked(area: int, officer: int | None) -> QuerySet[Any, Any]:
    rows = _run_by(ActionItem.objects.open().exclude(asked_due_on=None), area, officer)
    return rows.order_by("due_on", "pk").values("pk", "text", "name", "asked_due_on")[: NAMED + 1]


def _asked_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        asked = day(row["asked_due_on"], "plain")
        what = _("Another day is asked for: %(text)s") % row
        why = _("%(name)s asks for %(day)s.") % {"name": row["name"], "day": asked} if row["name"] else asked
        url = reverse("meetings:action_detail", args=[row["pk"]])
        yield TodoItem(SOON, "calendar-event", what, why, url, _("Move or keep the day"))


def _list(area: LocalArea) -> str:
    return reverse("meetings:action_list", args=[area.slug])
