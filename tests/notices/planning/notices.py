"""What it tells, and whom."""

from collections.abc import Iterator
from datetime import datetime

from onestop.accounts.models import User
from onestop.notices import kinds, planners
from onestop.notices.kinds import Kind, Reason
from onestop.notices.telling import Message

NAME = "To be told"
KIND = Kind("planning.word", "A word", "Only here.", Reason.TRANSACTIONAL, template="benchmark")


def plan(at: datetime) -> Iterator[Message]:
    """Tell everybody of that name one thing, once."""
    for user in User.objects.filter(name=NAME).order_by("pk"):
        yield Message(KIND.code, f"word:{user.pk}", user, {"name": user.name})


PLANNER = planners.Planner("planning.word", "A word to everybody", "Only here.", plan)
kinds.declare(KIND)
planners.register(PLANNER)
