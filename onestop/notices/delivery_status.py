"""How a notice reached its person, in words for them: by mail, in a digest, only in the portal, or not at all."""

from dataclasses import dataclass
from datetime import datetime

from onestop.notices.models import Notice
from onestop.ui.presentation import when

Status = Notice.Status


@dataclass(frozen=True)
class DeliveryStatus:
    """How a notice came: in a word or two for a list, and in a sentence."""

    word: str
    sentence: str
    is_lost: bool = False


def delivery_status_of(notice: Notice, *, at: datetime) -> DeliveryStatus:
    """Return how a notice reached its person. Needs its ``carrier`` fetched."""
    to = notice.to
    match notice.status:
        case Status.SENT:
            return DeliveryStatus("by e-mail", f"By e-mail to {to}, {when(notice.sent_at, 'plain')}.")
        case Status.DIGESTED if notice.carrier:
            return _in_digest(notice.carrier)
        case Status.IN_APP_ONLY:
            return DeliveryStatus("only here", "Only here in the portal, as you have it.")
        case Status.DIGEST_PENDING:
            return DeliveryStatus(
                "waits for your digest", f"It waits for your digest of {when(notice.due_at, 'plain')}."
            )
        case Status.QUEUED if notice.due_at > at:
            return DeliveryStatus("e-mail to come", f"The e-mail to {to} goes out {when(notice.due_at, 'plain')}.")
        case Status.FAILED:
            said = f"Not delivered to {to}. What we know: {notice.last_error}"
            return DeliveryStatus("not delivered", said, is_lost=True)
        case Status.UNCERTAIN:
            return DeliveryStatus("perhaps by e-mail", f"Perhaps by e-mail to {to}: the mail server fell silent.")
        case Status.WITHDRAWN:
            return DeliveryStatus("not sent", "Not sent by e-mail: it was taken back before.")
    return DeliveryStatus("on its way", f"On its way to {to}.")


def _in_digest(digest: Notice) -> DeliveryStatus:
    named = f"In the digest “{digest.subject}”"
    if digest.sent_at and digest.status == Status.SENT:
        return DeliveryStatus("in a digest", f"{named} to {digest.to}, {when(digest.sent_at, 'plain')}.")
    if digest.status == Status.FAILED:
        return DeliveryStatus("digest not delivered", f"{named}, which was not delivered to {digest.to}.", is_lost=True)
    return DeliveryStatus("in a digest", f"{named} to {digest.to}, which is on its way.")
