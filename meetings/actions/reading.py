"""How far an action item is, and what the pages of items, groups, meetings and partners show of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import ActionItem, ActionUpdate, Group, Meeting
from onestop.ui.presentation import day
from partners.models import LocalArea
from partners.rules import may

SOON = timedelta(days=14)
LATELY = timedelta(days=30)  # what was done is on the board so long
MOST = 10  # items that the page of a group names
MOST_IN_COLUMN = 25
Kind = ActionUpdate.Kind


class Standing(NamedTuple):
    """How far an item is, as kind, word and icon of a chip."""

    kind: str
    word: str
    icon: str = ""


def standing_of(action: ActionItem, today: date) -> Standing:
    """Return how far an item is on a day."""
    if action.is_archived:
        return Standing("rest", _("Removed"), "archive")
    if action.status == ActionItem.Status.DONE:
        return Standing("good", _("Done"))
    if action.status == ActionItem.Status.DROPPED:
        return Standing("rest", _("Dropped"), "slash-circle")
    if action.due_on < today:
        return Standing("now", _("Overdue"))
    if action.due_on <= today + SOON:
        return Standing("soon", _("Due soon"))
    return Standing("way", _("Open"))


def age_of(action: ActionItem, today: date) -> int:
    """Return for how many days an item has been open, or was until it was closed."""
    until = localtime(action.closed_at).date() if action.closed_at else today
    return max((until - localtime(action.created_at).date()).days, 0)


def days_overdue(action: ActionItem, today: date) -> int:
    """Return for how many days an open item is overdue; 0 if it is not."""
    return max((today - action.due_on).days, 0) if action.is_open else 0


def of_area(area: LocalArea, user: Any) -> QuerySet[ActionItem]:
    """Return the items of an area that a person may see: of its groups, of its partners, and their own."""
    own = ActionItem.objects.mine(user) & Q(group__state=area.state_id)
    here = Q(group__in=Group.objects.of(area).values("pk")) | Q(partnership__area=area) | own
    rows = ActionItem.objects.visible_to(user).filter(here)
    return rows.select_related("group__area", "partnership__organization")


# ---------------------------------------------------------------- Parts of other pages
@dataclass(frozen=True)
class Row:
    """One item with how far it is."""

    action: ActionItem
    standing: Standing


def rows_of(actions: Iterable[ActionItem], today: date) -> list[Row]:
    """Return items with how far each is."""
    return [Row(action, standing_of(action, today)) for action in actions]


def group_actions(group: Group, user: Any, at: datetime) -> dict[str, Any]:
    """Return the open items of a group, the first due first; two queries."""
    today = at.astimezone(group.zone).date()
    actions = ActionItem.objects.open().filter(group=group)
    found = list(actions.select_related("partnership__organization").order_by("due_on", "pk")[: MOST + 1])
    return {
        "open_actions": rows_of(found[:MOST], today),
        "more_actions": len(found) > MOST,
        "may_add_action": may(user, "meetings.add_action", group) and not group.is_archived,
    }


def meeting_actions(meeting: Meeting, user: Any, at: datetime) -> dict[str, Any]:
    """Return the items that were decided at a meeting; one query."""
    today = at.astimezone(meeting.group.zone).date()
    actions = ActionItem.objects.current().filter(meeting=meeting).select_related("partnership__organization")
    return {
        "meeting_actions": rows_of(actions.order_by("due_on", "pk"), today),
        "may_add_action": may(user, "meetings.add_action", meeting.group) and not meeting.is_canceled,
    }


# ---------------------------------------------------------------- The board
@dataclass(frozen=True)
class Column:
    """One column of the board: its first items, how many there are, and the filters that list all."""

    key: str
    label: str
    icon: str
    rows: Sequence[Row]
    number: int
    query: str


def board_of(actions: QuerySet[ActionItem], today: date, at: datetime) -> list[Column]:
    """Return the columns of the board: overdue, due in two weeks, later, done lately; five queries."""
    opened, done = ActionItem.Status.OPEN, ActionItem.Status.DONE
    parts = {
        "overdue": Q(status=opened, due_on__lt=today),
        "soon": Q(status=opened, due_on__range=(today, today + SOON)),
        "later": Q(status=opened, due_on__gt=today + SOON),
        "done": Q(status=done, closed_at__gte=at - LATELY),
    }
    looks = {
        "overdue": (_("Overdue"), "exclamation-octagon"),
        "soon": (_("Due in two weeks"), "clock"),
        "later": (_("Later"), "calendar-week"),
        "done": (_("Done in the last 30 days"), "check-circle-fill"),
    }
    actions = actions.filter(archived_at=None)
    numbers = actions.order_by().aggregate(**{key: Count("pk", filter=part) for key, part in parts.items()})
    columns = []
    for key, part in parts.items():
        order = ("-closed_at", "pk") if key == "done" else ("due_on", "pk")
        found = rows_of(actions.filter(part).order_by(*order)[:MOST_IN_COLUMN], today)
        label, icon = looks[key]
        columns.append(Column(key, label, icon, found, numbers[key], f"state={key}"))
    return columns


# ---------------------------------------------------------------- The page of one
LOOKS = {
    Kind.PROGRESS: ("way", "chat-left-text"),
    Kind.DONE: ("good", "check-lg"),
    Kind.DROPPED: ("", "slash-circle"),
    Kind.REOPENED: ("way", "arrow-counterclockwise"),
    Kind.MOVED: ("soon", "calendar-event"),
    Kind.ASKED: ("soon", "question-circle"),
    Kind.KEPT: ("", "calendar-check"),
    Kind.REASSIGNED: ("way", "arrow-right"),
}


@dataclass(frozen=True)
class Told:
    """One report, as the page of an item shows it."""

    update: ActionUpdate
    words: str
    kind: str
    icon: str


def updates_of(action: ActionItem) -> list[Told]:
    """Return what was reported of an item, the newest first; one query."""
    return [
        Told(update, words_of(update), *LOOKS[Kind(update.kind)]) for update in action.updates.order_by("-at", "-pk")
    ]


def words_of(update: ActionUpdate) -> str:
    """Return what a report says, without its text."""
    facts = {
        "day": day(update.due_on, "plain"), "before": day(update.due_before, "plain"),
        "asked": day(update.asked_due_on, "plain"), "who": update.who,
    }  # fmt: skip
    words = {
        Kind.PROGRESS: gettext_lazy("Progress"),
        Kind.DONE: gettext_lazy("Done"),
        Kind.DROPPED: gettext_lazy("Dropped"),
        Kind.REOPENED: gettext_lazy("Reopened"),
        Kind.MOVED: gettext_lazy("Due day moved from %(before)s to %(day)s"),
        Kind.ASKED: gettext_lazy("Asked for %(asked)s instead of %(day)s"),
        Kind.KEPT: gettext_lazy("Due day kept: %(day)s"),
        Kind.REASSIGNED: gettext_lazy("Given to %(who)s"),
    }
    return str(words[Kind(update.kind)]) % facts


def age_words(action: ActionItem, today: date) -> str:
    """Return how long an item is overdue and open, in words."""
    age, late = age_of(action, today), days_overdue(action, today)
    if not action.is_open:
        return ngettext("Was open for %(n)d day", "Was open for %(n)d days", age) % {"n": age}
    opened = ngettext("Open for %(n)d day", "Open for %(n)d days", age) % {"n": age}
    if not late:
        return opened
    overdue = ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late}
    return f"{overdue}, {opened[0].lower()}{opened[1:]}"
