"""Notification settings: how often for each type, and when. Unsent notices follow each change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from onestop.accounts.models import User
from onestop.notices import stopped_addresses, timing
from onestop.notices.models import Cadence, DeliverySchedule, Notice, Preference, delivery_schedule_of
from onestop.notices.notice_types import NoticeType, all_notice_types
from onestop.notices.reminder_rules import weekly_limit_in
from onestop.notices.rescheduling import reschedule
from onestop.notices.zones import zone_for

TIMETABLE = ("time_zone", "digest_at", "weekly_on", "quiet_from", "quiet_until", "weekly_limit")
LESS_AND_LESS = list(Cadence)


@dataclass(frozen=True)
class NoticePreference:
    """A notice type, its cadence for a user, and when they reduced it by a link in a mail, if so."""

    kind: NoticeType
    cadence: Cadence
    turned_down_at: datetime | None = None


def preferences_of(user: Any) -> list[NoticePreference]:
    """Return the preferences of a user, for the types that they can get and change."""
    rows = {row.kind: row for row in Preference.objects.filter(user=user)}
    return [
        _preference(kind, rows.get(kind.code))
        for kind in all_notice_types()
        if kind.can_be_changed and kind.is_for(user)
    ]


def preference_of(user: User | str, kind: NoticeType) -> NoticePreference:
    """Return the preference of a user, or of an address without an account, for one type."""
    if isinstance(user, str):
        stopped = stopped_addresses.stopped_at(user, kind)
        return NoticePreference(kind, Cadence.OFF if stopped else Cadence.AT_ONCE, stopped)
    return _preference(kind, Preference.objects.filter(user=user, kind=kind.code).first())


def _preference(kind: NoticeType, row: Preference | None) -> NoticePreference:
    cadence = Cadence(row.cadence) if row and row.cadence in kind.cadences else kind.cadence
    return NoticePreference(kind, cadence, row.turned_down_at if row else None)


# ---------------------------------------------------------------- Changing
@transaction.atomic
def save_preferences(
    user: User, *, cadences: Mapping[str, Cadence], delivery_schedule: Mapping[str, Any], at: datetime
) -> dict[str, Cadence]:
    """Save the preferences of a user, and reschedule unsent notices; return the previous cadences that changed.

    Types that are not given stay as they are.
    """
    _lock_user(user)
    before = {preference.kind.code: preference for preference in preferences_of(user)}
    changed = {
        code: cadence
        for code, cadence in cadences.items()
        if code in before and cadence in before[code].kind.cadences and cadence != before[code].cadence
    }
    Preference.objects.filter(user=user, kind__in=changed).delete()
    Preference.objects.bulk_create(
        [
            Preference(user=user, kind=code, cadence=cadence)
            for code, cadence in changed.items()
            if cadence != before[code].kind.cadence
        ]
    )
    hours = {name: delivery_schedule[name] for name in TIMETABLE if name in delivery_schedule}
    if hours:
        DeliverySchedule.objects.update_or_create(user=user, defaults=hours)
    reschedule(user, at=at)
    return {code: before[code].cadence for code in changed}


def all_in_one_digest(user: User, *, at: datetime) -> dict[str, Cadence]:
    """Set everything to a weekly digest; return the previous cadences that changed."""
    weekly = {
        preference.kind.code: Cadence.WEEKLY for preference in preferences_of(user) if preference.cadence != Cadence.OFF
    }
    return save_preferences(user, cadences=weekly, delivery_schedule={}, at=at)


def _lock_user(user: User) -> None:
    # Lock: of two concurrent changes, the last one applies as a whole.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


# ---------------------------------------------------------------- By a link in a mail
@transaction.atomic
def reduce(user: User | str, kind: NoticeType, cadence: Cadence, *, at: datetime) -> NoticePreference:
    """Reduce a type for a user, unless it is as low already; return the preference now.

    A legal type cannot be off: it gets its lowest cadence. For an address without an account, a type can only be off.
    """
    if isinstance(user, str):
        if cadence == Cadence.OFF:
            stopped_addresses.stop(user, kind, at=at)
        return preference_of(user, kind)
    _lock_user(user)
    row = Preference.objects.filter(user=user, kind=kind.code).first()
    now = _preference(kind, row)
    wanted = cadence if cadence in kind.cadences else kind.cadences[-1]
    if LESS_AND_LESS.index(wanted) <= LESS_AND_LESS.index(now.cadence):
        return now
    before = row.cadence_before if row and row.cadence_before else now.cadence
    changes = {"cadence": wanted, "cadence_before": before, "turned_down_at": at}
    row, _created = Preference.objects.update_or_create(user=user, kind=kind.code, defaults=changes)
    reschedule(user, at=at)
    return _preference(kind, row)


@transaction.atomic
def undo_reduce(user: User | str, kind: NoticeType, *, at: datetime) -> NoticePreference:
    """Undo a reduction made by a link in a mail; return the preference now.

    What the user has chosen since in the portal stays.
    """
    if isinstance(user, str):
        stopped_addresses.start_again(user, kind)
        return preference_of(user, kind)
    _lock_user(user)
    row = Preference.objects.filter(user=user, kind=kind.code).exclude(turned_down_at=None).first()
    if row is None:
        return preference_of(user, kind)
    row.cadence, row.cadence_before, row.turned_down_at = row.cadence_before, "", None
    if row.cadence == kind.cadence:
        row.delete()
    else:
        row.save(update_fields=["cadence", "cadence_before", "turned_down_at"])
    reschedule(user, at=at)
    return _preference(kind, row)


# ---------------------------------------------------------------- Outlook
@dataclass(frozen=True)
class Outlook:
    """The next digests, the number of notices held for them, and the weekly limit."""

    daily_at: datetime
    weekly_at: datetime
    waiting: int
    weekly_limit: int


def outlook_of(user: User, *, scope: str, at: datetime) -> Outlook:
    """Return the outlook of a user; ``scope`` is the name of the area whose weekly limit applies."""
    delivery_schedule, zone = delivery_schedule_of(user), zone_for(user)
    own = delivery_schedule.weekly_limit
    return Outlook(
        daily_at=timing.next_daily(at, delivery_schedule, zone),
        weekly_at=timing.next_weekly(at, delivery_schedule, zone),
        waiting=Notice.objects.filter(recipient=user, status=Notice.Status.DIGEST_PENDING).count(),
        weekly_limit=weekly_limit_in(scope) if own is None else own,
    )
