"""Planners: what looks around from time to time and finds whom to tell. Each app registers its own.

A planner yields messages whose keys name what they are about, so it may run late, twice, or at once with another, and
asks "due and not yet told", never "due exactly today". What it would say now can be looked at without telling anybody.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from onestop.notices import notify
from onestop.notices.messages import Message
from onestop.notices.models import Notice, PlannerRun
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.outbox import withdraw

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)
TOGETHER = 500  # messages in one transaction: workers deliver the first while the next are planned


@dataclass(frozen=True)
class Planner:
    """One question that is asked again and again.

    ``plan`` yields whom to tell what at a moment; ``vanished`` returns what of it is to be taken back by then.
    """

    code: str
    label: "StrOrPromise"
    about: "StrOrPromise"
    plan: Callable[[datetime], Iterable[Message]]
    vanished: Callable[[datetime], NoticeQuerySet] | None = None


_planners: dict[str, Planner] = {}


def register(*planners: Planner) -> None:
    """Take in planners; called from an app's ``notices.py`` when the project starts."""
    _planners.update({planner.code: planner for planner in planners})


def all_planners() -> list[Planner]:
    """Return all planners, by their label."""
    return sorted(_planners.values(), key=lambda planner: planner.label.lower())


def planner_of(code: str) -> Planner | None:
    """Return a planner by its code, or nothing."""
    return _planners.get(code)


def run_all(*, at: datetime) -> int:
    """Let every planner tell what is due; return how many notices were written. One that fails keeps back no other."""
    number = 0
    for planner in all_planners():
        number += run_noted(planner, at=at)
    return number


def run_noted(planner: Planner, *, at: datetime) -> int:
    """Let a planner tell what is due, and note how it went; return how many notices were written. Never fails."""
    begun = time.monotonic()
    number, problem = 0, ""
    try:
        number = run(planner, at=at)
    except Exception as caught:
        logger.exception("Planner %s failed", planner.code)
        problem = f"{type(caught).__name__}: {caught}"[:500]
    facts = {"began_at": at, "seconds": time.monotonic() - begun, "written": number, "problem": problem}
    PlannerRun.objects.update_or_create(code=planner.code, defaults=facts)
    return number


def run(planner: Planner, *, at: datetime) -> int:
    """Take back what has vanished, and tell what is due; return how many notices were written."""
    if planner.vanished:
        withdraw(planner.vanished(at), why="It was done, or is no longer so.")
    number, plan = 0, iter(planner.plan(at))
    while some := list(islice(plan, TOGETHER)):
        number += _tell(planner, some, at)
    return number


@transaction.atomic
def _tell(planner: Planner, messages: Sequence[Message], at: datetime) -> int:
    # Lock: of two that plan the same at once, the second sees what the first has told, and prepares nothing for it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('planner'), hashtext(%s))", [planner.code])
    return notify.notify_many(messages, at=at)


def would_withdraw(planner: Planner, *, at: datetime) -> "Any":
    """Return what the planner would take back now."""
    return planner.vanished(at).unsent() if planner.vanished else Notice.objects.none()
