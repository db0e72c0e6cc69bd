"""Planners: periodic checks that find which notices are due. Each app registers its own.

A planner yields messages with keys that identify their cause, so it may run late, twice, or at the same time as another
one. It asks for what is "due and not yet written", never for what is "due exactly today". A dry run shows its messages
without sending them.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from onestop.notices import notify
from onestop.notices.messages import Message
from onestop.notices.models import Notice, PlannerRun
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.outbox import withdraw

logger = logging.getLogger(__name__)
TOGETHER = 500  # messages in one transaction, so that workers deliver the first while the next are planned


@dataclass(frozen=True)
class Planner:
    """One periodic check.

    ``plan`` yields the messages that are due at a moment; ``vanished`` returns the notices to withdraw by then.
    """

    code: str
    label: str | Promise
    about: str | Promise
    plan: Callable[[datetime], Iterable[Message]]
    vanished: Callable[[datetime], NoticeQuerySet] | None = None


_planners: dict[str, Planner] = {}


def register(*planners: Planner) -> None:
    """Register planners; called from an app's ``notices`` package when the project starts."""
    _planners.update({planner.code: planner for planner in planners})


def all_planners() -> list[Planner]:
    """Return all planners, sorted by label."""
    return sorted(_planners.values(), key=lambda planner: str(planner.label).lower())


def planner_of(code: str) -> Planner | None:
    """Return a planner by its code, or None."""
    return _planners.get(code)


def run_all(*, at: datetime) -> int:
    """Run every planner, even if another one fails; return how many notices were written."""
    number = 0
    for planner in all_planners():
        number += run_noted(planner, at=at)
    return number


def run_noted(planner: Planner, *, at: datetime) -> int:
    """Run a planner and record the run; return how many notices were written. Never raises."""
    started = time.monotonic()
    number, problem = 0, ""
    try:
        number = run(planner, at=at)
    except Exception as caught:
        logger.exception("Planner %s failed", planner.code)
        problem = f"{type(caught).__name__}: {caught}"[:500]
    facts = {"began_at": at, "seconds": time.monotonic() - started, "written": number, "problem": problem}
    _record(planner.code, facts)
    return number


def last_run(code: str) -> datetime | None:
    """Return when the last run of a planner began; ``None`` if there was none, or it failed."""
    return PlannerRun.objects.filter(code=code, problem="").values_list("began_at", flat=True).first()


@transaction.atomic
def _record(code: str, facts: dict[str, Any]) -> None:
    """Record a run, unless another worker is recording one."""
    if _has_to_itself("planner run", code):
        PlannerRun.objects.update_or_create(code=code, defaults=facts)


def _has_to_itself(what: str, code: str) -> bool:
    """Return whether no other transaction does the same; it does not wait, for the other worker may be frozen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), hashtext(%s))", [what, code])
        return bool(cursor.fetchone()[0])


def run(planner: Planner, *, at: datetime) -> int:
    """Withdraw what no longer applies, and write what is due; return how many notices were written."""
    if planner.vanished:
        withdraw(planner.vanished(at), why=_("This is done or no longer applies."))
    number, plan = 0, iter(planner.plan(at))
    while some := list(islice(plan, TOGETHER)):
        written = _write(planner, some, at)
        if written is None:
            break
        number += written
    return number


@transaction.atomic
def _write(planner: Planner, messages: Sequence[Message], at: datetime) -> int | None:
    """Write what is due; return how many notices, or nothing if another worker is writing what this planner plans."""
    # Lock: of two that run at once, one leaves it to the other, lest both prepare the same.
    if not _has_to_itself("planner", planner.code):
        return None
    return notify.notify_many(messages, at=at)


def would_withdraw(planner: Planner, *, at: datetime) -> "Any":
    """Return the notices that the planner would withdraw now."""
    return planner.vanished(at).unsent() if planner.vanished else Notice.objects.none()
