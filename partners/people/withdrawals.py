"""Notices about invitations and seats that have no reason any more, withdrawn before they are sent."""

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import Invitation, Membership


def take_back_invitations(*rows: Invitation, why: str) -> None:
    """Take back the mails of invitations that are over, or go out anew."""
    outbox.withdraw(_told("partners.invitation", *rows), why=why)


def take_back_welcome(seat: Membership) -> bool:
    """Take back the news of a seat that has ended; return whether nobody has heard of it."""
    welcome = _told("partners.seat_added", seat)
    was_read = welcome.exclude(read_at=None).exists()
    return bool(outbox.withdraw(welcome, why="The seat has ended.")) and not was_read


def take_back_all_of(person: User) -> None:
    """Tell a person nothing more: their account is closed."""
    outbox.withdraw(Notice.objects.filter(recipient=person), why="The account is closed.")


def _told(kind: str, *things: Invitation | Membership) -> NoticeQuerySet:
    return Notice.objects.filter(kind=kind).about(*things)
