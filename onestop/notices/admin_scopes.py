"""The scopes of the notice admin: one area or the whole portal.

This app knows no areas. The view that opens the notice admin gives its scope and the URLs of its pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import InboundMail, Notice
from onestop.notices.models.inbound import InboundMailQuerySet
from onestop.notices.models.notice import LOST, NoticeQuerySet

Status = Notice.Status
UNSENT = (Status.DIGEST_PENDING, Status.QUEUED, Status.CLAIMED)


@dataclass(frozen=True)
class AdminScope:
    """One notice admin: its scope (None is the whole portal), and the URL of each of its pages.

    ``name`` is for titles; ``may_write`` tells whether the user may do more than view.
    """

    scope: str | None
    name: str
    address: Callable[..., str]
    may_write: bool

    @property
    def rule_scope(self) -> str:
        """The scope of the rules that are changed here: the area, or "" for the whole portal."""
        return self.scope or ""

    def notices(self) -> NoticeQuerySet:
        """Return the notices of this scope."""
        return Notice.objects.all() if self.scope is None else Notice.objects.filter(scope=self.scope)

    def inbound(self) -> InboundMailQuerySet:
        """Return the incoming mail of this scope that no part of the portal took."""
        mails = InboundMail.objects.for_staff()
        return mails if self.scope is None else mails.filter(scope=self.scope)

    def holds(self, scope: Any) -> bool:
        """Whether a notice of a scope (a name or nothing) belongs in this admin."""
        return self.scope is None or self.scope == scope


@dataclass(frozen=True)
class Consequence:
    """What an action would do with the selected notices: how many it affects, and of what kind."""

    number: int
    uncertain: int = 0
    urgent: int = 0


def may_send_again(notice: Notice, *, at: datetime) -> bool:
    """Whether a notice can be resent: not delivered or uncertain, not too late, and its text is still stored."""
    is_late = notice.expires_at is not None and notice.expires_at <= at
    return notice.status in LOST and notice.text != outbox.FORGOTTEN and not is_late


def may_withdraw(notice: Notice) -> bool:
    """Whether a notice can still be withdrawn."""
    return notice.status in UNSENT and not (notice.status == Status.CLAIMED and notice.begun)


def preview_resending(notices: NoticeQuerySet, *, at: datetime) -> Consequence:
    """Return what resending these would do."""
    states = list(outbox.can_go_again(notices, at=at).values_list("status", flat=True))
    return Consequence(len(states), uncertain=states.count(Status.UNCERTAIN))


def preview_withdrawing(notices: NoticeQuerySet, *, at: datetime) -> Consequence:
    """Return what withdrawing these would do."""
    priorities = list(notices.unsent().values_list("priority", flat=True))
    return Consequence(len(priorities), urgent=priorities.count(Notice.Priority.URGENT))


@transaction.atomic
def withdraw(notices: NoticeQuerySet, *, by: User, at: datetime) -> int:
    """Withdraw unsent notices; return how many. What a worker has begun is still sent."""
    return outbox.withdraw(notices, why=_("Withdrawn by %(person)s.") % {"person": by.name})
