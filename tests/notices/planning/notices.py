"""What it tells, and whom."""

from collections.abc import Iterator
from datetime import datetime

from onestop.accounts.models import User
from onestop.notices import notice_types, planners
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from tests.notices.planning import NAME, WORD


def plan(at: datetime) -> Iterator[Message]:
    """Tell everybody of that name one thing, once."""
    for user in User.objects.filter(name=NAME).order_by("pk"):
        yield Message(WORD, f"word:{user.pk}", user, {"notices": [], "number": 0})


notice_types.declare(NoticeType(WORD, "A word", "Only here.", Reason.TRANSACTIONAL, template="digest"))
planners.register(planners.Planner(WORD, "A word to everybody", "Only here.", plan))
