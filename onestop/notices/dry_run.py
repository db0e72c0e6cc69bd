"""Rehearsing a planner: who would be told what now, and which way, without anybody being told.

PostgreSQL itself forbids any write meanwhile, whatever a planner does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from onestop.notices import notify, planners, rendering, routing
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.messages import Message
from onestop.notices.models import Notice, name_of
from onestop.notices.notice_types import notice_type_of
from onestop.notices.planners import TOGETHER, Planner
from onestop.notices.redaction import subject_of
from onestop.notices.routing import Route
from onestop.ui.presentation import when

Status = Notice.Status
MOST_SHOWN = 200
MOST_SECONDS = 20  # after which PostgreSQL gives up a query of the planner


@dataclass(frozen=True)
class Line:
    """Who would be told what, and which way."""

    name: str
    address: str
    subject: str
    kind: str
    way: str
    icon: str


@dataclass(frozen=True)
class Withdrawal:
    """What would be taken back."""

    address: str
    subject: str
    written_at: datetime


@dataclass(frozen=True)
class DryRun:
    """What a planner would do now; cut short when there is more."""

    lines: list[Line]
    withdrawals: list[Withdrawal]
    is_cut: bool


def dry_run(planner: Planner, admin: AdminScope, *, at: datetime) -> DryRun:
    """Return what a planner would do now in the scope of a admin. Writes nothing, and cannot."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = %s", [MOST_SECONDS * 1000])
        messages = list(islice(_untold(planner, admin, at), MOST_SHOWN + 1))
        routes = routing.routes_of(messages[:MOST_SHOWN], at=at)
        lines = [_line(message, route, at) for message, route in routes]
        withdrawals = _withdrawals(planner, admin, at)
        transaction.set_rollback(True)
    return DryRun(lines, withdrawals, is_cut=len(messages) > MOST_SHOWN)


def _untold(planner: Planner, admin: AdminScope, at: datetime) -> Iterator[Message]:
    plan = (one for one in planner.plan(at) if admin.holds(name_of(one.scope) if one.scope else ""))
    while some := list(islice(plan, TOGETHER)):
        yield from notify.not_yet_notified(some)


def _withdrawals(planner: Planner, admin: AdminScope, at: datetime) -> list[Withdrawal]:
    rows = planners.would_withdraw(planner, at=at)
    if admin.scope is not None:
        rows = rows.filter(scope=admin.scope)
    notices = rows.only("to", "subject", "kind", "written_at").order_by("written_at", "pk")
    return [Withdrawal(notice.to, subject_of(notice), notice.written_at) for notice in notices[:MOST_SHOWN]]


def _line(message: Message, route: Route, at: datetime) -> Line:
    way, icon = in_words(route, at)
    name = message.user.name if message.user else message.address
    return Line(name, message.address, rendering.subject_of(message), notice_type_of(message.kind).label, way, icon)


def in_words(route: Route, at: datetime) -> tuple[str, str]:
    """Return the way that a message would go, and an icon for it."""
    if route.status == Status.QUEUED:
        return ("At once", "send") if route.due_at <= at else (f"Waits until {when(route.due_at, 'plain')}", "clock")
    if route.status == Status.DIGEST_PENDING:
        return f"In the digest of {when(route.due_at, 'plain')}", "collection"
    if route.status == Status.IN_APP_ONLY:
        return "Only in the portal, as the person chose", "bell"
    return f"Not at all. {route.why_not}", "x-octagon"
