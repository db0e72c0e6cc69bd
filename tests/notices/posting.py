"""Notices for the tests, owed at noon of a certain day."""

from datetime import UTC, datetime

from onestop.notices import outbox
from onestop.notices.models import Notice

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
Status = Notice.Status


def owe(key: str = "greeting:1", to: str = "ann@partner.example", **changes: object) -> Notice:
    words = {"subject": "Good day", "text": "Hello.", "html": "<p>Hello.</p>", "at": NOON} | changes
    return outbox.enqueue_rendered(key=key, to=to, **words)  # type: ignore[arg-type]


def state_of(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice
