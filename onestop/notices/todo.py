"""To-do items of the outbox: notices that were not delivered, or whose delivery is unknown."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices import outbox_stats
from onestop.notices.models import InboundMail, Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, For, TodoItem, TodoPart, TodoPlace, register_todo
from onestop.ui.written_queries import WrittenQuery, written_once

Status = Notice.Status


def todo_of_outbox(scope: str, list_url: str, *, at: datetime) -> list[SmallQuery[list[TodoItem]]]:
    """Return the to-do items of the notices of a scope; ``list_url`` is the list that shows them."""
    since = at - outbox_stats.LOOKS_BACK
    return [
        _items(_failed_of(scope, since), lambda number: _failed(number, list_url, since)),
        _items(_uncertain_of(scope), lambda number: _uncertain(number, list_url)),
    ]


def todo_of_replies(scope: str, list_url: str) -> list[SmallQuery[list[TodoItem]]]:
    """Return the to-do item of the incoming mail of a scope; ``list_url`` is the list that shows it."""
    return [_items(_unread_of(scope), lambda number: _unread(number, list_url))]


def _items(counted: WrittenQuery, item: Callable[[int], TodoItem]) -> SmallQuery[list[TodoItem]]:
    return SmallQuery(counted, lambda rows: [item(row["number"]) for row in rows if row["number"]])


@written_once
def _failed_of(scope: str, since: datetime) -> QuerySet[Any, Any]:
    return _count_of(outbox_stats.failed_since(Notice.objects.filter(scope=scope), since))


@written_once
def _uncertain_of(scope: str) -> QuerySet[Any, Any]:
    return _count_of(Notice.objects.filter(scope=scope, status=Status.UNCERTAIN))


@written_once
def _unread_of(scope: str) -> QuerySet[Any, Any]:
    mails = InboundMail.objects.unread().filter(scope=scope).order_by()
    return mails.values(one=Value(1)).annotate(number=Count("pk"))


def _count_of(notices: NoticeQuerySet) -> QuerySet[Any, Any]:
    """Return the number of these notices, up to a limit."""
    most = notices.order_by().values("pk")[: outbox_stats.MOST_COUNTED + 1]
    return Notice.objects.filter(pk__in=most).order_by().values(one=Value(1)).annotate(number=Count("pk"))


def _failed(number: int, list_url: str, since: datetime) -> TodoItem:
    return TodoItem(
        NOW,
        "envelope-x",
        ngettext("%(number)s notification was not delivered", "%(number)s notifications were not delivered", number)
        % {"number": number},
        _("In the last 7 days. Fix the cause, then resend."),
        f"{list_url}?state=failed&since={timezone.localdate(since).isoformat()}",
        ngettext("Review the notification", "Review the notifications", number),
    )


def _uncertain(number: int, list_url: str) -> TodoItem:
    return TodoItem(
        SOON,
        "patch-question",
        ngettext(
            "%(number)s notification may or may not have been delivered",
            "%(number)s notifications may or may not have been delivered",
            number,
        )
        % {"number": number},
        _("A worker or a mail server stopped while sending. Resend, or leave as is."),
        f"{list_url}?state=uncertain",
        ngettext("Review the notification", "Review the notifications", number),
    )


def _unread(number: int, list_url: str) -> TodoItem:
    return TodoItem(
        NOW,
        "envelope-fill",
        ngettext("%(number)s reply by email not read", "%(number)s replies by email not read", number)
        % {"number": number},
        _("Someone answered an email of the portal instead of following its link."),
        f"{list_url}?shown=unread",
        ngettext("Read the reply", "Read the replies", number),
    )


def _of_operator(place: TodoPlace) -> list[TodoPart]:
    """Return the to-do items of the operator: notices that belong to no area, such as sign-in codes."""
    return [
        *todo_of_outbox("", reverse("notices:admin_list"), at=place.at),
        *todo_of_replies("", reverse("notices:admin_reply_list")),
    ]


register_todo(For.OPERATOR, _of_operator)
