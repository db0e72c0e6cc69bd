"""Digests: what waited for a person's morning is told in one e-mail.

A digest is a notice itself, and names what it tells (``Notice.carrier``). What vanished meanwhile is not in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from onestop.accounts.models import User
from onestop.notices import notice_types, outbox
from onestop.notices.messages import Message
from onestop.notices.models import Cadence, Notice
from onestop.notices.notice_types import NoticeType, Reason, UnknownNoticeType
from onestop.notices.notify import notice_of
from onestop.notices.routing import Route, routes_of

Status = Notice.Status


def _example() -> Mapping[str, Any]:
    """Return an invented digest, never saved."""
    ann = User(name="Ann Example", email="ann@partner.example")
    notices = [
        Notice(subject="Are these 2 services still right?", why="You keep them.", url="/notices/"),
        Notice(subject="Dana Sample proposes a change: Evening classes", why="You keep this service.", url="/notices/"),
    ]
    return {"recipient": ann, "notices": notices, "number": len(notices)}


DIGEST = NoticeType(
    "notices.digest",
    "Digest",
    "What you chose to have together, on the morning that you chose. Off: it stands in the portal only.",
    Reason.TRANSACTIONAL,
    template="digest",
    in_inbox=False,
    choices=(Cadence.AT_ONCE, Cadence.OFF),
    goes_to="Whoever chose a digest, and whoever has had enough reminders this week.",
    example=_example,
)
MANY = 200  # people served in one transaction
notice_types.declare(DIGEST)


def send_digests(*, at: datetime) -> int:
    """Write the digests that are due; return how many. Late, twice or at once it writes each one once."""
    number = 0
    while written := _some(at):
        number += written
    return number


@transaction.atomic
def _some(at: datetime) -> int:
    waiting = Notice.objects.filter(status=Status.DIGEST_PENDING, due_at__lte=at)
    # Lock: of two at work, each takes the people whom the other has not, and nobody gets two digests of one morning.
    people = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=waiting.values("recipient"))
    pks = list(people.order_by("pk").values_list("pk", flat=True)[:MANY])
    # Lock: none that is being withdrawn.
    rows = list(
        waiting.filter(recipient__in=pks)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient__notice_timetable")
        .order_by("recipient", "written_at", "pk")
    )
    by_person: dict[User, list[Notice]] = {}
    for row in rows:
        assert row.recipient is not None
        by_person.setdefault(row.recipient, []).append(row)
    messages = [_message(user, notices) for user, notices in by_person.items()]
    for message, route in routes_of(messages, at=at):
        assert message.user is not None
        _write(message, route, by_person[message.user], at)
    if by_person:
        outbox.wake_workers(len(by_person))
    return len(by_person)


def _message(user: User, notices: Sequence[Notice]) -> Message:
    moment = max(notice.due_at for notice in notices)
    return Message(
        kind=DIGEST.code,
        key=f"digest:{user.pk}:{moment.isoformat()}:{notices[0].pk}",
        to=user,
        context={"notices": notices, "number": len(notices)},
    )


def _write(message: Message, route: Route, notices: Sequence[Notice], at: datetime) -> None:
    told = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if route.status == Status.IN_APP_ONLY:  # the person wants no digests by mail; what the law wants comes all the same
        legal = [notice for notice in notices if _is_legal(notice)]
        told.exclude(pk__in=[notice.pk for notice in legal]).update(status=Status.IN_APP_ONLY)
        if legal and message.user:
            _write(_message(message.user, legal), Route(Status.QUEUED, at), legal, at)
        return
    if route.status == Status.WITHDRAWN:  # the account was closed meanwhile
        told.update(status=Status.WITHDRAWN, withdrawn_why=route.why_not)
        return
    # The hour is the person's own choice, so quiet hours do not move it.
    digest = notice_of(message, status=route.status, due_at=at, at=at)
    digest.last_error = route.why_not
    digest.save()
    told.update(status=Status.DIGESTED, carrier=digest)


def _is_legal(notice: Notice) -> bool:
    try:
        return notice_types.notice_type_of(notice.kind).reason == Reason.LEGAL
    except UnknownNoticeType:
        return False
