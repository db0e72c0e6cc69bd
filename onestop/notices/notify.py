"""Writing notices: routed by their type, the preferences of the recipient and the weekly limit.

``notify`` and ``notify_many`` write notices in the running transaction. A key is written only once, so planners may run
late, twice, or concurrently.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onestop.accounts.models import User
from onestop.editing.bulk import insert_new
from onestop.notices import outbox
from onestop.notices.messages import Message, NoLongerSo
from onestop.notices.models import Notice, name_of, names_of
from onestop.notices.notice_types import Reason, notice_type_of
from onestop.notices.parts import check_parts, write_parts
from onestop.notices.rendering import render, why_of
from onestop.notices.routing import Route, routes_of
from onestop.notices.stopped_addresses import lock_addresses
from onestop.notices.unsubscribe import headers_for, links_for

Status = Notice.Status


def notify(kind: str, *, key: str, to: User | str, at: datetime, **more: Any) -> Notice:
    """Write one notice in the running transaction; ``more`` as in ``Message``. Return the notice, new or not."""
    notify_many([Message(kind=kind, key=key, to=to, **more)], at=at)
    return Notice.objects.get(dedupe_key=key)


@transaction.atomic
def notify_many(messages: Iterable[Message], *, at: datetime) -> int:
    """Write the messages whose keys are new, in a few queries; return how many notices were written."""
    messages = list(messages)
    _lock_recipients(messages)
    fresh = not_yet_notified(messages)
    if not fresh:
        return 0
    rows = []
    for message, route in routes_of(fresh, at=at):
        with suppress(NoLongerSo):
            rows.append(_notice(message, route, at))
    # One statement, so that two writers of the same key never break each other's transaction.
    new = insert_new(rows)
    _write_parts(fresh, new)
    if owed := sum(row.status == Status.QUEUED for row in rows):
        outbox.wake_workers(owed)
    return len(rows)


def _write_parts(messages: Iterable[Message], new: Collection[int]) -> None:
    """Write the parts of the notices that this transaction has inserted, and no other one at the same moment."""
    with_parts = {message.key: message.parts for message in messages if message.parts}
    if with_parts:
        for notice in Notice.objects.filter(pk__in=new, dedupe_key__in=with_parts).only("pk", "dedupe_key"):
            write_parts(notice, with_parts[notice.dedupe_key])


def not_yet_notified(messages: Iterable[Message]) -> list[Message]:
    """Return the messages whose keys are new, without duplicates."""
    by_key = {message.key: message for message in messages}
    written = set(Notice.objects.filter(dedupe_key__in=by_key).values_list("dedupe_key", flat=True))
    return [message for key, message in by_key.items() if key not in written]


def _lock_recipients(messages: Collection[Message]) -> None:
    # Lock: two concurrent planners must not both find room for one more reminder within the weekly limit.
    nudged = {
        message.user.pk for message in messages if message.user and notice_type_of(message.kind).reason == Reason.NUDGE
    }
    addresses = [
        message.address
        for message in messages
        if not message.user and notice_type_of(message.kind).reason == Reason.NUDGE
    ]
    if nudged:
        list(User.objects.select_for_update(no_key=True).filter(pk__in=nudged).order_by("pk").values_list("pk"))
    lock_addresses(addresses)


# ---------------------------------------------------------------- The row
def _notice(message: Message, route: Route, at: datetime) -> Notice:
    check_parts(message.parts)
    if message.prepare and route.status != Status.WITHDRAWN:
        message = replace(message, context={**message.context, **message.prepare()})
    notice = notice_of(message, status=route.status, due_at=route.due_at, at=at)
    if route.status == Status.FAILED:
        notice.last_error = route.why_not
    elif route.status == Status.WITHDRAWN:
        notice.withdrawn_why = route.why_not
    return notice


def notice_of(message: Message, *, status: str, due_at: datetime, at: datetime) -> Notice:
    """Return the notice of a message, rendered and not yet saved."""
    kind = notice_type_of(message.kind)
    links = links_for(message.to, kind)
    subject, text, html = render(message, kind, links)
    sender = settings.DEFAULT_FROM_EMAIL
    return Notice(
        dedupe_key=message.key,
        kind=kind.code,
        is_nudge=kind.reason == Reason.NUDGE,
        matter=message.matter,
        step=message.step,
        recipient=message.user,
        to=message.address,
        scope=name_of(message.scope) if message.scope else "",
        about=names_of(message.about),
        why=why_of(message),
        url=message.path,
        message_id=Notice.message_id_for(message.key, sender),
        sender=sender,
        subject=subject,
        text=text,
        html=html,
        headers=headers_for(links, kind),
        has_parts=bool(message.parts),
        priority=kind.priority,
        status=status,
        written_at=at,
        due_at=due_at,
        expires_at=message.expires_at,
        in_inbox=kind.in_inbox and message.user is not None,
    )
