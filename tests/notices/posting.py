"""Notices for the tests, owed at noon of a certain day."""

from datetime import UTC, datetime

from onestop.notices import delivery, outbox
from onestop.notices.models import Notice
from onestop.notices.smtp_pool import SmtpPool
from onestop.notices.transport import open_transport

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
Status = Notice.Status


def owe(key: str = "greeting:1", to: str = "ann@partner.example", **changes: object) -> Notice:
    words = {"subject": "Good day", "text": "Hello.", "html": "<p>Hello.</p>", "at": NOON} | changes
    return outbox.enqueue_rendered(key=key, to=to, **words)  # type: ignore[arg-type]


def deliver_due(*, at: datetime) -> int:
    """Send one batch of what is due at a time, as a worker does; return how many notices were claimed."""
    with SmtpPool(open_transport, fewest=1) as pool:
        return delivery.deliver_batch(pool, at=at)


def state_of(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice
