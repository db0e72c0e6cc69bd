"""Withdraw notifications about invitations and seats that no longer apply, before they are sent."""

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import Invitation, Membership


def take_back_invitations(*rows: Invitation, why: str) -> None:
    """Withdraw the emails of invitations that are closed or resent."""
    outbox.withdraw(_notices_about("partners.invitation", *rows), why=why)


def take_back_welcome(seat: Membership) -> bool:
    """Withdraw the notification of a seat that has ended; return whether it was neither sent nor read."""
    welcome = _notices_about("partners.seat_added", seat)
    was_read = welcome.exclude(read_at=None).exists()
    return bool(outbox.withdraw(welcome, why=_("The seat has ended."))) and not was_read


def take_back_all_of(person: User) -> None:
    """Withdraw all notifications to a person whose account is deactivated."""
    outbox.withdraw(Notice.objects.filter(recipient=person), why=_("The account is deactivated."))


def _notices_about(kind: str, *things: Invitation | Membership) -> NoticeQuerySet:
    return Notice.objects.filter(kind=kind).about(*things)
