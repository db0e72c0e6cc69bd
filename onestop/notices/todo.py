"""What of the outbox waits for somebody: mail that was not delivered, or of which nobody knows."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from onestop.notices import outbox_stats
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.ui.todo import NOW, SOON, TodoItem

Status = Notice.Status


def todo_of_outbox(notices: NoticeQuerySet, list_url: str, *, at: datetime) -> Iterator[TodoItem]:
    """Yield what of these notices somebody must decide on; ``list_url`` is the list in which they stand."""
    since = at - outbox_stats.LOOKS_BACK
    if number := outbox_stats.capped(outbox_stats.failed_since(notices, since)):
        yield TodoItem(
            NOW,
            "envelope-x",
            "1 notice was not delivered" if number == 1 else f"{number} notices were not delivered",
            "In the last 7 days. Look why; when it is put right, send again.",
            f"{list_url}?state=failed&since={timezone.localdate(since).isoformat()}",
            "Look at it" if number == 1 else "Look at them",
        )
    if number := outbox_stats.capped(notices.filter(status=Status.UNCERTAIN)):
        yield TodoItem(
            SOON,
            "patch-question",
            "Nobody knows whether 1 notice was sent" if number == 1
            else f"Nobody knows whether {number} notices were sent",
            "A worker or a mail server stopped in the middle. Send again, or leave it.",
            f"{list_url}?state=uncertain",
            "Decide",
        )  # fmt: skip


def todo_of_operator(*, at: datetime) -> Iterator[TodoItem]:
    """Yield what waits for the operator: mail that belongs to no area, such as sign-in codes."""
    own = Notice.objects.filter(scope="")
    yield from todo_of_outbox(own, reverse("notices:admin_list"), at=at)
