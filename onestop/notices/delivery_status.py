"""How a notice reached its person, in words for them: by mail, in a digest, only in the portal, or not at all."""

from dataclasses import dataclass
from datetime import datetime

from onestop.notices.models import Notice
from onestop.ui.presentation import when

Status = Notice.Status


@dataclass(frozen=True)
class Way:
    """How a notice came: in a word or two for a list, and in a sentence."""

    word: str
    sentence: str
    is_lost: bool = False


def way_of(notice: Notice, *, at: datetime) -> Way:
    """Return how a notice reached its person. Needs its ``carrier`` fetched."""
    to = notice.to
    match notice.status:
        case Status.SENT:
            return Way("by e-mail", f"By e-mail to {to}, {when(notice.sent_at, 'plain')}.")
        case Status.JOINED if notice.carrier:
            return _in_digest(notice.carrier)
        case Status.KEPT:
            return Way("only here", "Only here in the portal, as you have it.")
        case Status.HELD:
            return Way("waits for your digest", f"It waits for your digest of {when(notice.due_at, 'plain')}.")
        case Status.OWED if notice.due_at > at:
            return Way("e-mail to come", f"The e-mail to {to} goes out {when(notice.due_at, 'plain')}.")
        case Status.FAILED:
            said = f"Not delivered to {to}. What we know: {notice.last_error}"
            return Way("not delivered", said, is_lost=True)
        case Status.UNCERTAIN:
            return Way("perhaps by e-mail", f"Perhaps by e-mail to {to}: the mail server fell silent.")
        case Status.WITHDRAWN:
            return Way("not sent", "Not sent by e-mail: it was taken back before.")
    return Way("on its way", f"On its way to {to}.")


def _in_digest(digest: Notice) -> Way:
    named = f"In the digest “{digest.subject}”"
    if digest.sent_at and digest.status == Status.SENT:
        return Way("in a digest", f"{named} to {digest.to}, {when(digest.sent_at, 'plain')}.")
    if digest.status == Status.FAILED:
        return Way("digest not delivered", f"{named}, which was not delivered to {digest.to}.", is_lost=True)
    return Way("in a digest", f"{named} to {digest.to}, which is on its way.")
