"""To-do items of the outbox: notices that were not delivered, or whose delivery is unknown."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices import outbox_stats
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.ui.todo import NOW, SOON, TodoItem

Status = Notice.Status


def todo_of_outbox(notices: NoticeQuerySet, list_url: str, *, at: datetime) -> Iterator[TodoItem]:
    """Yield the to-do items of these notices; ``list_url`` is the list that shows them."""
    since = at - outbox_stats.LOOKS_BACK
    if number := outbox_stats.capped(outbox_stats.failed_since(notices, since)):
        yield TodoItem(
            NOW,
            "envelope-x",
            ngettext("%(number)s notification was not delivered", "%(number)s notifications were not delivered", number)
            % {"number": number},
            _("In the last 7 days. Fix the cause, then resend."),
            f"{list_url}?state=failed&since={timezone.localdate(since).isoformat()}",
            ngettext("Review the notification", "Review the notifications", number),
        )
    if number := outbox_stats.capped(notices.filter(status=Status.UNCERTAIN)):
        yield TodoItem(
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


def todo_of_operator(*, at: datetime) -> Iterator[TodoItem]:
    """Yield the to-do items of the operator: notices that belong to no area, such as sign-in codes."""
    own = Notice.objects.filter(scope="")
    yield from todo_of_outbox(own, reverse("notices:admin_list"), at=at)
