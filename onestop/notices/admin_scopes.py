"""The admin: from where somebody looks at all that is told, in one area or in the whole portal, and puts it right.

Notices know no areas. Whoever opens the notice admin says for which scope it is, and where its pages are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import LOST, NoticeQuerySet

Status = Notice.Status
UNSENT = (Status.DIGEST_PENDING, Status.QUEUED, Status.CLAIMED)


@dataclass(frozen=True)
class AdminScope:
    """One admin: its scope (None is the whole portal), and the address of each of its pages.

    ``name`` is what stands in titles; ``may_write`` whether the person may do more than look.
    """

    scope: str | None
    name: str
    address: Callable[..., str]
    may_write: bool

    @property
    def rule_scope(self) -> str:
        """The scope of the rules that are changed here: the area's, or those that count everywhere."""
        return self.scope or ""

    def notices(self) -> NoticeQuerySet:
        """Return what was told in this scope."""
        return Notice.objects.all() if self.scope is None else Notice.objects.filter(scope=self.scope)

    def holds(self, scope: Any) -> bool:
        """Whether something that is told in a scope (a thing's name, or nothing) belongs on this admin."""
        return self.scope is None or self.scope == scope


@dataclass(frozen=True)
class Consequence:
    """What pressing the button would do with the picked notices: to how many, and what they are."""

    number: int
    uncertain: int = 0
    urgent: int = 0


def may_send_again(notice: Notice) -> bool:
    """Whether sending a notice again makes sense: it was not delivered, or perhaps not, and its words are kept."""
    return notice.status in LOST and notice.text != outbox.FORGOTTEN


def may_withdraw(notice: Notice) -> bool:
    """Whether a notice can still be taken back."""
    return notice.status in UNSENT and not (notice.status == Status.CLAIMED and notice.begun)


def preview_resending(notices: NoticeQuerySet) -> Consequence:
    """Return what sending these again would do."""
    states = list(outbox.can_go_again(notices).values_list("status", flat=True))
    return Consequence(len(states), uncertain=states.count(Status.UNCERTAIN))


def preview_withdrawing(notices: NoticeQuerySet) -> Consequence:
    """Return what taking these back would do."""
    priorities = list(notices.unsent().values_list("priority", flat=True))
    return Consequence(len(priorities), urgent=priorities.count(Notice.Priority.URGENT))


@transaction.atomic
def withdraw(notices: NoticeQuerySet, *, by: User, at: datetime) -> int:
    """Take back what no server has yet; return how many. What a worker has begun meanwhile goes out."""
    return outbox.withdraw(notices, why=f"Taken back by {by.name}.")
