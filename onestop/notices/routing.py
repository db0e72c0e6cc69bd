"""How a message is delivered, by its type, the person's preferences and the weekly limit."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices import timing
from onestop.notices.messages import Message
from onestop.notices.models import (
    Bounce,
    Cadence,
    DeliverySchedule,
    Notice,
    Preference,
    WeeklyLimit,
    delivery_schedule_of,
    name_of,
)
from onestop.notices.models.preferences import usual_delivery_schedule
from onestop.notices.notice_types import NoticeType, Reason, notice_type_of
from onestop.notices.stopped_addresses import may_stop, stopped_among
from onestop.notices.zones import fetch_zones, zone_for

Status = Notice.Status
COUNTED = (Status.QUEUED, Status.CLAIMED, Status.SENT, Status.UNCERTAIN)  # reminders that count toward the weekly limit


@dataclass(frozen=True)
class Route:
    """The delivery of a message: its status, when it is due, and why it is not sent, if so."""

    status: str
    due_at: datetime
    why_not: str = ""


@dataclass
class Circumstances:
    """The data that decides on the routes of messages, fetched at once for all their recipients."""

    at: datetime
    cadences: dict[tuple[int, str], str] = field(default_factory=dict)
    nudged: Counter[int] = field(default_factory=Counter)
    bounced: Mapping[str, str] = field(default_factory=dict)
    ceilings: Mapping[str, int] = field(default_factory=dict)
    stopped: Collection[tuple[str, str]] = ()
    reminded: dict[str, list[datetime]] = field(default_factory=dict)

    def weekly_limit_of(self, message: Message, delivery_schedule: DeliverySchedule | None = None) -> int:
        """Return the weekly limit: of the person, or of the scope, or the default."""
        if delivery_schedule and delivery_schedule.weekly_limit is not None:
            return delivery_schedule.weekly_limit
        usual: int = settings.NUDGES_A_WEEK
        return self.ceilings.get(name_of(message.scope), usual) if message.scope else usual


def routes_of(messages: Sequence[Message], *, at: datetime) -> list[tuple[Message, Route]]:
    """Return each message with the route that it would take now. Writes nothing."""
    everybody = [message.user for message in messages if message.user]
    users = {user.pk: user for user in everybody}
    _fetch_timetables(everybody)
    fetch_zones(everybody)
    given = _circumstances(messages, users, at)
    routes = []
    for message in messages:
        route = _route(message, notice_type_of(message.kind), given)
        if notice_type_of(message.kind).reason == Reason.NUDGE and route.status == Status.QUEUED:
            if message.user:
                given.nudged[message.user.pk] += 1
            else:
                given.reminded.setdefault(message.address.lower(), []).append(route.due_at)
        routes.append((message, route))
    return routes


def _route(message: Message, kind: NoticeType, given: Circumstances) -> Route:
    user, at = message.user, given.at
    if message.expires_at and message.expires_at <= at:
        return Route(Status.WITHDRAWN, at, _("Not sent: it would have come too late."))
    answer = given.bounced.get(message.address.lower())
    if answer and kind.priority != Notice.Priority.URGENT:  # urgent notices are always tried
        return Route(Status.FAILED, at, _("Email to this address bounced: %(answer)s") % {"answer": answer})
    if user is None:
        return _route_to_address(message, kind, given)
    if not user.is_active:
        return Route(Status.WITHDRAWN, at, _("The account is deactivated."))
    delivery_schedule, zone = delivery_schedule_of(user), zone_for(user)
    cadence = given.cadences.get((user.pk, kind.code), kind.cadence)
    if cadence == Cadence.OFF and kind.reason != Reason.LEGAL:
        return Route(Status.IN_APP_ONLY, at)
    if cadence == Cadence.DAILY and message.may_be_digested:
        return Route(Status.DIGEST_PENDING, timing.next_daily(at, delivery_schedule, zone))
    over = kind.reason == Reason.NUDGE and given.nudged[user.pk] >= given.weekly_limit_of(message, delivery_schedule)
    if (cadence == Cadence.WEEKLY or over) and message.may_be_digested:
        return Route(Status.DIGEST_PENDING, timing.next_weekly(at, delivery_schedule, zone))
    if kind.priority == Notice.Priority.URGENT:
        return Route(Status.QUEUED, at)
    return Route(Status.QUEUED, timing.after_quiet(at, delivery_schedule, zone))


def _route_to_address(message: Message, kind: NoticeType, given: Circumstances) -> Route:
    """Return the route to a person without an account; they have no digest, so a reminder too many waits for weeks."""
    address, at = message.address.lower(), given.at
    if (address, kind.code) in given.stopped and may_stop(kind):
        return Route(Status.WITHDRAWN, at, _("The person stopped these emails."))
    if kind.reason != Reason.NUDGE:
        return Route(Status.QUEUED, at)
    zone = message.zone or timezone.get_default_timezone()
    monday, most = timing.week_of(at, zone), given.weekly_limit_of(message)
    if not most:
        return Route(Status.WITHDRAWN, at, _("The weekly limit of reminders is 0."))
    # Counts what waits for later weeks too, so that these are filled one after the other.
    weeks = sum(due_at >= monday for due_at in given.reminded.get(address, ())) // most
    usual = usual_delivery_schedule(None)
    if weeks:
        return Route(Status.QUEUED, timing.at_wall(monday + 7 * weeks * timing.DAY, usual.digest_at, zone))
    return Route(Status.QUEUED, timing.after_quiet(at, usual, zone))


def _fetch_timetables(users: Collection[User]) -> None:
    known = {row.user_id: row for row in DeliverySchedule.objects.filter(user__in=users)}
    for user in users:  # the same person may be several objects
        user.notice_timetable = known.get(user.pk) or usual_delivery_schedule(user)


def _circumstances(messages: Sequence[Message], users: Mapping[int, User], at: datetime) -> Circumstances:
    preferences = Preference.objects.filter(user__in=users).values_list("user_id", "kind", "cadence")
    addresses = {message.address.lower() for message in messages}
    scopes = {name_of(message.scope) for message in messages if message.scope}
    alone = {message.address.lower() for message in messages if not message.user}
    bounces = Bounce.objects.filter(cleared_at=None).annotate(lower=Lower("address")).filter(lower__in=addresses)
    return Circumstances(
        at=at,
        cadences={(user, kind): cadence for user, kind, cadence in preferences},
        nudged=_nudged_this_week(users, at),
        bounced=dict(bounces.values_list("lower", "said")),
        ceilings=dict(WeeklyLimit.objects.filter(scope__in=scopes).values_list("scope", "nudges_a_week")),
        stopped=stopped_among(alone),
        reminded=_reminded_lately(alone, at),
    )


def _reminded_lately(addresses: Collection[str], at: datetime) -> dict[str, list[datetime]]:
    """Return when the reminders to addresses without an account were due, since a week ago and later."""
    found: dict[str, list[datetime]] = {}
    if addresses:
        rows = Notice.objects.annotate(lower=Lower("to")).filter(
            lower__in=addresses, recipient=None, is_nudge=True, due_at__gte=at - 8 * timing.DAY, status__in=COUNTED
        )
        for address, due_at in rows.values_list("lower", "due_at"):
            found.setdefault(address, []).append(due_at)
    return found


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
