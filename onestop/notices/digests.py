"""Digests: the notices held for a person's morning, in one mail.

A digest is a notice itself, and its notices point to it (``Notice.carrier``). Withdrawn notices are not in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import notice_types, outbox
from onestop.notices.messages import Message
from onestop.notices.models import Cadence, Notice
from onestop.notices.notice_types import NoticeType, Reason, UnknownNoticeType
from onestop.notices.notify import notice_of
from onestop.notices.routing import Route, routes_of

Status = Notice.Status


def _example() -> Mapping[str, Any]:
    """Return the context of an invented digest, never saved."""
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    notices = [
        Notice(subject=_("Are these 2 services still correct?"), why=_("You manage these services."), url="/notices/"),
        Notice(
            subject=_("%(person)s proposes a change: %(service)s")
            % {"person": "Dana Sample", "service": _("Evening classes")},  # no translation: an invented name
            why=_("You manage this service."),
            url="/notices/",
        ),
    ]
    return {"recipient": ann, "notices": notices, "number": len(notices)}


DIGEST = NoticeType(
    "notices.digest",
    gettext_lazy("Digest"),
    gettext_lazy("All notifications that you chose to get together. If off, they are in the portal only."),
    Reason.TRANSACTIONAL,
    template="digest",
    in_inbox=False,
    choices=(Cadence.AT_ONCE, Cadence.OFF),
    goes_to=gettext_lazy("People who chose a digest, or reached their weekly limit of reminders."),
    example=_example,
)
MANY = 200  # recipients in one transaction
notice_types.declare(DIGEST)


def send_digests(*, at: datetime) -> int:
    """Write the digests that are due; return how many. Late, repeated or concurrent runs write each once."""
    number = 0
    while written := _write_some(at):
        number += written
    return number


@transaction.atomic
def _write_some(at: datetime) -> int:
    held = Notice.objects.unexpired(at).filter(status=Status.DIGEST_PENDING, due_at__lte=at)
    # Lock: two concurrent runs take different people, so that no one gets two digests of one morning.
    people = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=held.values("recipient"))
    pks = list(people.order_by("pk").values_list("pk", flat=True)[:MANY])
    # Lock: skip notices that are being withdrawn.
    rows = list(
        held.filter(recipient__in=pks)
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
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if route.status == Status.IN_APP_ONLY:  # the person turned digests off, but legal notices are mailed anyway
        legal = [notice for notice in notices if _is_legal(notice)]
        rows.exclude(pk__in=[notice.pk for notice in legal]).update(status=Status.IN_APP_ONLY)
        if legal and message.user:
            _write(_message(message.user, legal), Route(Status.QUEUED, at), legal, at)
        return
    if route.status == Status.WITHDRAWN:  # the account was closed in the meantime
        rows.update(status=Status.WITHDRAWN, withdrawn_why=route.why_not)
        return
    # The person chose the digest hour, so quiet hours do not apply.
    digest = notice_of(message, status=route.status, due_at=at, at=at)
    digest.last_error = route.why_not
    digest.save()
    rows.update(status=Status.DIGESTED, carrier=digest)


def _is_legal(notice: Notice) -> bool:
    try:
        return notice_types.notice_type_of(notice.kind).reason == Reason.LEGAL
    except UnknownNoticeType:
        return False
