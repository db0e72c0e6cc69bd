"""Rescheduling of unsent notices when their recipient changes preferences."""

from collections import defaultdict
from datetime import datetime

from django.apps import apps
from django.db.models import Model, Q

from onestop.accounts.models import User
from onestop.notices import notice_types, outbox, routing
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.routing import Route

Status = Notice.Status


def reschedule(user: User, *, at: datetime) -> int:
    """Reroute the unsent notices of a user by their new preferences; return how many changed.

    Runs in the transaction that changes the preferences. Notices held for the end of quiet hours are included.
    """
    waits = Q(status=Status.DIGEST_PENDING) | Q(status=Status.QUEUED, due_at__gt=at, attempts=0)
    known = [kind.code for kind in notice_types.all_notice_types() if kind.can_be_changed]
    rows = Notice.objects.filter(waits, recipient=user, in_inbox=True, kind__in=known)
    # Lock: a digest that is being written either has these or finds them rerouted, never both.
    notices = list(rows.select_for_update(of=("self",), no_key=True).order_by("written_at", "pk"))
    if not notices:
        return 0
    # Held while the routes are computed, so that a reminder does not count against its own limit.
    pks = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=pks).update(status=Status.DIGEST_PENDING)
    messages = [_message(notice, user) for notice in notices]
    routes = {message.key: route for message, route in routing.routes_of(messages, at=at)}
    return _move(notices, routes, at)


def _message(notice: Notice, user: User) -> Message:
    scope = _named(notice.scope)
    return Message(notice.kind, notice.dedupe_key, user, {}, scope=scope, goes_alone=notice.has_parts)


def _named(name: str) -> Model | None:
    """Return an unfetched object of that name: routing only needs its name."""
    label, _, pk = name.rpartition(":")
    return apps.get_model(label)(pk=pk) if label else None


def _move(notices: list[Notice], routes: dict[str, Route], at: datetime) -> int:
    number, groups = 0, defaultdict[tuple[str, datetime], list[int]](list)
    for notice in notices:
        route = _route(notice, routes[notice.dedupe_key], at)
        groups[route.status, route.due_at].append(notice.pk)
        number += (route.status, route.due_at) != (notice.status, notice.due_at)
    for (status, due_at), pks in groups.items():
        Notice.objects.filter(pk__in=pks).update(status=status, due_at=due_at)
        if status == Status.QUEUED and due_at <= at:
            outbox.wake_workers(len(pks))
    return number


def _route(notice: Notice, route: Route, at: datetime) -> Route:
    as_it_was = Route(notice.status, notice.due_at)
    if route.status not in (Status.QUEUED, Status.DIGEST_PENDING, Status.IN_APP_ONLY):
        return as_it_was
    is_due = (
        notice.status == Status.DIGEST_PENDING and notice.due_at <= at
    )  # the digest of this morning is being written
    return as_it_was if is_due and route.status == Status.DIGEST_PENDING else route
