"""Telling people: each message goes the way that its kind, the person's wishes and the week's ceiling leave open.

``tell`` and ``tell_many`` write notices in the running transaction. What was written once is not written again, so
planners may run late, twice, or at once.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import outbox, timing
from onestop.notices.kinds import Kind, Reason, kind_of
from onestop.notices.models import (
    Bounce,
    Cadence,
    Ceiling,
    Notice,
    Preference,
    Timetable,
    name_of,
    names_of,
    timetable_of,
)
from onestop.notices.models.preferences import usual_timetable
from onestop.notices.unsubscribing import headers_for, links_for

Status = Notice.Status
COUNTED = (Status.OWED, Status.CLAIMED, Status.SENT, Status.UNCERTAIN)  # what of a week's reminders counts


class NoLongerSo(Exception):
    """What a message was about is no longer so; raised by its ``prepare``, and nothing is told."""


@dataclass(frozen=True)
class Message:
    """One thing to tell one person (or an address without an account).

    ``key`` is unique for ever; ``about`` are the things it concerns, ``scope`` is in whose name it is told (a local
    area: its staff see it); ``path`` is where its one main action is done, for people who are signed in. ``prepare`` is
    called only when the message is really written, in the same transaction, and adds to the context what has to be
    written for it, such as a link that works once; it may refuse by ``NoLongerSo``.
    """

    kind: str
    key: str
    to: User | str
    context: Mapping[str, Any]
    about: Sequence[Model] = ()
    why: str = ""
    path: str = ""
    zone: tzinfo | None = None
    scope: Model | None = None
    matter: str = ""
    step: int | None = None
    prepare: Callable[[], Mapping[str, Any]] | None = None

    @property
    def address(self) -> str:
        """Where the e-mail goes."""
        return self.to if isinstance(self.to, str) else self.to.email

    @property
    def user(self) -> User | None:
        """The person, if they have an account."""
        return None if isinstance(self.to, str) else self.to


@dataclass(frozen=True)
class Route:
    """The way a message goes: its state, when it is due, and why it goes no further, if it does not."""

    status: str
    due_at: datetime
    why_not: str = ""


@dataclass
class Circumstances:
    """What decides the ways of some messages, read at once for all their people."""

    at: datetime
    cadences: dict[tuple[int, str], str] = field(default_factory=dict)
    nudged: Counter[int] = field(default_factory=Counter)
    bounced: Mapping[str, str] = field(default_factory=dict)
    ceilings: Mapping[str, int] = field(default_factory=dict)

    def ceiling_of(self, message: Message, timetable: Timetable) -> int:
        """Return how many reminders a week the person gets: as they say, or as the scope has it, or as usual."""
        if timetable.ceiling is not None:
            return timetable.ceiling
        usual: int = settings.NUDGES_A_WEEK
        return self.ceilings.get(name_of(message.scope), usual) if message.scope else usual


ZonesOf = Callable[[Collection[User]], Mapping[int, tzinfo]]
_zones: list[ZonesOf] = []


def find_zones_with(zones_of: ZonesOf) -> None:
    """Say how to find the time zones in which people live, by their keys; called when the project starts.

    It asks the same few queries however many people they are, and leaves out whom it does not know.
    """
    _zones[:] = [zones_of]


def fetch_zones(users: Collection[Any]) -> None:
    """Fetch where people live, all at once, for ``zone_for``."""
    found = _zones[0](users) if _zones and users else {}
    for user in users:
        user.notice_zone = found.get(user.pk)


def zone_for(user: User) -> tzinfo:
    """Return the zone in which a person is told things: their own choice, or that of their area."""
    chosen = timetable_of(user).time_zone
    if chosen:
        return ZoneInfo(chosen)
    if not hasattr(user, "notice_zone"):
        fetch_zones([user])
    zone: tzinfo | None = getattr(user, "notice_zone", None)
    return zone or timezone.get_default_timezone()


def tell(kind: str, *, key: str, to: User | str, at: datetime, **more: Any) -> Notice:
    """Tell one person one thing, in the running transaction; more as in ``Message``. Return the notice, new or not."""
    tell_many([Message(kind=kind, key=key, to=to, **more)], at=at)
    return Notice.objects.get(dedupe_key=key)


@transaction.atomic
def tell_many(messages: Iterable[Message], *, at: datetime) -> int:
    """Tell what was not told yet, in a handful of queries; return how many notices were written."""
    messages = list(messages)
    _take_turns(messages)
    fresh = untold(messages)
    if not fresh:
        return 0
    rows = []
    for message, route in routes_of(fresh, at=at):
        with suppress(NoLongerSo):
            rows.append(_notice(message, route, at))
    # One statement, so that two writers of the same key never break each other's transaction.
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if owed := sum(row.status == Status.OWED for row in rows):
        outbox.wake_workers(owed)
    return len(rows)


def untold(messages: Iterable[Message]) -> list[Message]:
    """Return those whose key no notice has yet, each key once."""
    by_key = {message.key: message for message in messages}
    told = set(Notice.objects.filter(dedupe_key__in=by_key).values_list("dedupe_key", flat=True))
    return [message for key, message in by_key.items() if key not in told]


def _take_turns(messages: Collection[Message]) -> None:
    # Lock: two planners at once must not each think the week's ceiling still leaves room for one more reminder.
    nudged = {message.user.pk for message in messages if message.user and kind_of(message.kind).reason == Reason.NUDGE}
    if nudged:
        list(User.objects.select_for_update(no_key=True).filter(pk__in=nudged).order_by("pk").values_list("pk"))


# ---------------------------------------------------------------- Which way
def routes_of(messages: Sequence[Message], *, at: datetime) -> list[tuple[Message, Route]]:
    """Return each message with the way that it would go now. Writes nothing."""
    everybody = [message.user for message in messages if message.user]
    users = {user.pk: user for user in everybody}
    _fetch_timetables(everybody)
    fetch_zones(everybody)
    given = _circumstances(messages, users, at)
    routes = []
    for message in messages:
        route = _route(message, kind_of(message.kind), given)
        if message.user and kind_of(message.kind).reason == Reason.NUDGE and route.status == Status.OWED:
            given.nudged[message.user.pk] += 1
        routes.append((message, route))
    return routes


def _route(message: Message, kind: Kind, given: Circumstances) -> Route:
    user, at = message.user, given.at
    said = given.bounced.get(message.address.lower())
    if said and kind.priority != Notice.Priority.URGENT:  # what somebody waits for is tried in any case
        return Route(Status.FAILED, at, f"Mail to this address came back: {said}")
    if user is None:
        return Route(Status.OWED, at)
    if not user.is_active:
        return Route(Status.WITHDRAWN, at, "The account is closed.")
    timetable, zone = timetable_of(user), zone_for(user)
    cadence = given.cadences.get((user.pk, kind.code), kind.cadence)
    if cadence == Cadence.OFF and kind.reason != Reason.LEGAL:
        return Route(Status.KEPT, at)
    if cadence == Cadence.DAILY:
        return Route(Status.HELD, timing.next_daily(at, timetable, zone))
    over = kind.reason == Reason.NUDGE and given.nudged[user.pk] >= given.ceiling_of(message, timetable)
    if cadence == Cadence.WEEKLY or over:
        return Route(Status.HELD, timing.next_weekly(at, timetable, zone))
    if kind.priority == Notice.Priority.URGENT:
        return Route(Status.OWED, at)
    return Route(Status.OWED, timing.after_quiet(at, timetable, zone))


def _fetch_timetables(users: Collection[User]) -> None:
    known = {row.user_id: row for row in Timetable.objects.filter(user__in=users)}
    for user in users:  # the same person may come as more than one object
        user.notice_timetable = known.get(user.pk) or usual_timetable(user)


def _circumstances(messages: Sequence[Message], users: Mapping[int, User], at: datetime) -> Circumstances:
    preferences = Preference.objects.filter(user__in=users).values_list("user_id", "kind", "cadence")
    addresses = {message.address.lower() for message in messages}
    scopes = {name_of(message.scope) for message in messages if message.scope}
    bounces = Bounce.objects.filter(cleared_at=None).annotate(lower=Lower("address")).filter(lower__in=addresses)
    return Circumstances(
        at=at,
        cadences={(user, kind): cadence for user, kind, cadence in preferences},
        nudged=_nudged_this_week(users, at),
        bounced=dict(bounces.values_list("lower", "said")),
        ceilings=dict(Ceiling.objects.filter(scope__in=scopes).values_list("scope", "nudges_a_week")),
    )


def _nudged_this_week(users: Mapping[int, User], at: datetime) -> Counter[int]:
    begins: dict[datetime, list[int]] = {}
    for pk, user in users.items():
        begins.setdefault(timing.week_of(at, zone_for(user)), []).append(pk)
    mine = Q()
    for begin, pks in begins.items():
        mine |= Q(recipient__in=pks, due_at__gte=begin)
    if not begins:
        return Counter()
    rows = Notice.objects.filter(mine, is_nudge=True, status__in=COUNTED)
    return Counter(rows.values_list("recipient_id", flat=True))


# ---------------------------------------------------------------- The words
def _notice(message: Message, route: Route, at: datetime) -> Notice:
    if message.prepare and route.status != Status.WITHDRAWN:
        message = replace(message, context={**message.context, **message.prepare()})
    notice = notice_of(message, status=route.status, due_at=route.due_at, at=at)
    if route.status == Status.FAILED:
        notice.last_error = route.why_not
    elif route.status == Status.WITHDRAWN:
        notice.withdrawn_why = route.why_not
    return notice


def notice_of(message: Message, *, status: str, due_at: datetime, at: datetime) -> Notice:
    """Return the notice that a message becomes, rendered and not yet saved."""
    kind = kind_of(message.kind)
    links = links_for(message.user, kind)
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
        why=message.why,
        url=message.path,
        message_id=Notice.message_id_for(message.key, sender),
        sender=sender,
        subject=subject,
        text=text,
        html=html,
        headers=headers_for(links, kind),
        priority=kind.priority,
        status=status,
        written_at=at,
        due_at=due_at,
        in_inbox=kind.in_inbox and message.user is not None,
    )


def render(message: Message, kind: Kind, links: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a message; times are written in its zone, or in the person's.

    The links are those of the mail's foot, as ``links_for`` gives them.
    """
    told = _context(message, kind) | dict(links) | dict(message.context)
    with timezone.override(_zone_of(message)):
        text = _plain(f"emails/{kind.templates}_body.txt", told)
        html = render_to_string(f"emails/{kind.templates}_body.html", told)
    return _subject(message, kind, told), text.strip() + "\n", html.strip()


def subject_of(message: Message) -> str:
    """Return the subject alone: it needs nothing of what is prepared when a message is written."""
    kind = kind_of(message.kind)
    return _subject(message, kind, _context(message, kind) | dict(message.context))


def _context(message: Message, kind: Kind) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "kind": kind,
        "recipient": message.user,
        "why": message.why,
        "action_url": f"{settings.PUBLIC_URL}{message.path}" if message.path else "",
    }


def _zone_of(message: Message) -> tzinfo | None:
    return message.zone or (zone_for(message.user) if message.user else None)


def _subject(message: Message, kind: Kind, told: Mapping[str, Any]) -> str:
    with timezone.override(_zone_of(message)):
        return " ".join(_plain(f"emails/{kind.templates}_subject.txt", told).split())


def _plain(template: str, context: Mapping[str, Any]) -> str:
    # A subject and a text part are no HTML: an apostrophe stays one.
    return get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
