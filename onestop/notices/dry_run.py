"""Dry runs of planners: which notices would be sent now, to whom and how, without sending them.

The transaction is read-only, so PostgreSQL refuses any write of a planner.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _

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
MOST_SECONDS = 20  # limit of each query of the planner


@dataclass(frozen=True)
class Line:
    """One notice that would be sent."""

    name: str
    address: str
    subject: str
    kind: str
    way: str
    icon: str


@dataclass(frozen=True)
class Withdrawal:
    """One notice that would be withdrawn."""

    address: str
    subject: str
    written_at: datetime


@dataclass(frozen=True)
class DryRun:
    """What a planner would do now; cut off if there is more."""

    lines: list[Line]
    withdrawals: list[Withdrawal]
    is_cut: bool


def dry_run(planner: Planner, admin: AdminScope, *, at: datetime) -> DryRun:
    """Return what a planner would do now in the scope of an admin. Cannot write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")  # no translation: SQL
            cursor.execute("SET LOCAL statement_timeout = %s", [MOST_SECONDS * 1000])
        messages = list(islice(_unwritten(planner, admin, at), MOST_SHOWN + 1))
        routes = routing.routes_of(messages[:MOST_SHOWN], at=at)
        lines = [_line(message, route, at) for message, route in routes]
        withdrawals = _withdrawals(planner, admin, at)
        transaction.set_rollback(True)
    return DryRun(lines, withdrawals, is_cut=len(messages) > MOST_SHOWN)


def _unwritten(planner: Planner, admin: AdminScope, at: datetime) -> Iterator[Message]:
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
    kind = str(notice_type_of(message.kind).label)
    is_secret = notice_type_of(message.kind).is_secret
    return Line(name, message.address, kind if is_secret else rendering.subject_of(message), kind, way, icon)


def in_words(route: Route, at: datetime) -> tuple[str, str]:
    """Return how a message would be delivered, and an icon for it."""
    values = {"date": when(route.due_at, "plain"), "reason": route.why_not}
    if route.status == Status.QUEUED:
        return (_("Immediately"), "send") if route.due_at <= at else (_("Scheduled for %(date)s") % values, "clock")
    if route.status == Status.DIGEST_PENDING:
        return _("In the digest of %(date)s") % values, "collection"
    if route.status == Status.IN_APP_ONLY:
        return _("In the portal only, as the person chose"), "bell"
    return _("Not sent. %(reason)s") % values, "x-octagon"
