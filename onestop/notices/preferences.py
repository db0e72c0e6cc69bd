"""How a person wants to be told: how often for each kind, and when. What waits to be mailed follows each change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from onestop.accounts.models import User
from onestop.notices import timing
from onestop.notices.models import Cadence, DeliverySchedule, Notice, Preference, delivery_schedule_of
from onestop.notices.notice_types import NoticeType, all_notice_types
from onestop.notices.reminder_rules import weekly_limit_in
from onestop.notices.rescheduling import reschedule
from onestop.notices.zones import zone_for

TIMETABLE = ("time_zone", "digest_at", "weekly_on", "quiet_from", "quiet_until", "weekly_limit")
LESS_AND_LESS = list(Cadence)


@dataclass(frozen=True)
class NoticePreference:
    """A kind, how often the person wants to be told such things, and when they turned it down by e-mail, if so."""

    kind: NoticeType
    cadence: Cadence
    turned_down_at: datetime | None = None


def preferences_of(user: Any) -> list[NoticePreference]:
    """Return what a person has a say in, and what they said, or how it is by default."""
    said = {row.kind: row for row in Preference.objects.filter(user=user)}
    return [
        _wish(kind, said.get(kind.code)) for kind in all_notice_types() if kind.can_be_changed and kind.is_for(user)
    ]


def preference_of(user: User, kind: NoticeType) -> NoticePreference:
    """Return how often a person wants to be told things of one kind."""
    return _wish(kind, Preference.objects.filter(user=user, kind=kind.code).first())


def _wish(kind: NoticeType, row: Preference | None) -> NoticePreference:
    said = Cadence(row.cadence) if row and row.cadence in kind.cadences else kind.cadence
    return NoticePreference(kind, said, row.turned_down_at if row else None)


# ---------------------------------------------------------------- Changing
@transaction.atomic
def save_preferences(
    user: User, *, cadences: Mapping[str, Cadence], delivery_schedule: Mapping[str, Any], at: datetime
) -> dict[str, Cadence]:
    """Keep how and when a person wants to be told, and let what waits for them follow; return how often it was before.

    Kinds that are not named stay as they are.
    """
    _take_turns(user)
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
    """Let everything come together once a week; return how often it was before, where that was different."""
    weekly = {
        preference.kind.code: Cadence.WEEKLY for preference in preferences_of(user) if preference.cadence != Cadence.OFF
    }
    return save_preferences(user, cadences=weekly, delivery_schedule={}, at=at)


def _take_turns(user: User) -> None:
    # Lock: of two who save at once, the last one counts whole.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


# ---------------------------------------------------------------- By the link in a mail
@transaction.atomic
def reduce(user: User, kind: NoticeType, cadence: Cadence, *, at: datetime) -> NoticePreference:
    """Let a person have a kind less often, or only in the portal; what is less already stays. Return how it is now.

    What the law wants cannot be off: it comes as seldom as may be.
    """
    _take_turns(user)
    row = Preference.objects.filter(user=user, kind=kind.code).first()
    now = _wish(kind, row)
    wanted = cadence if cadence in kind.cadences else kind.cadences[-1]
    if LESS_AND_LESS.index(wanted) <= LESS_AND_LESS.index(now.cadence):
        return now
    before = row.cadence_before if row and row.cadence_before else now.cadence
    changes = {"cadence": wanted, "cadence_before": before, "turned_down_at": at}
    row, _ = Preference.objects.update_or_create(user=user, kind=kind.code, defaults=changes)
    reschedule(user, at=at)
    return _wish(kind, row)


@transaction.atomic
def undo_reduce(user: User, kind: NoticeType, *, at: datetime) -> NoticePreference:
    """Put a kind back to how it was before the person turned it down by e-mail; return how it is now.

    What they have chosen since in the portal stays.
    """
    _take_turns(user)
    row = Preference.objects.filter(user=user, kind=kind.code).exclude(turned_down_at=None).first()
    if row is None:
        return preference_of(user, kind)
    row.cadence, row.cadence_before, row.turned_down_at = row.cadence_before, "", None
    if row.cadence == kind.cadence:
        row.delete()
    else:
        row.save(update_fields=["cadence", "cadence_before", "turned_down_at"])
    reschedule(user, at=at)
    return _wish(kind, row)


# ---------------------------------------------------------------- What follows from it
@dataclass(frozen=True)
class Outlook:
    """What will happen: when the next digests come, how much waits for them, how many reminders a week at most."""

    daily_at: datetime
    weekly_at: datetime
    waiting: int
    weekly_limit: int


def outlook_of(user: User, *, scope: str, at: datetime) -> Outlook:
    """Return what will happen as a person has it now; ``scope`` is the name of the area whose weekly_limit counts."""
    delivery_schedule, zone = delivery_schedule_of(user), zone_for(user)
    own = delivery_schedule.weekly_limit
    return Outlook(
        daily_at=timing.next_daily(at, delivery_schedule, zone),
        weekly_at=timing.next_weekly(at, delivery_schedule, zone),
        waiting=Notice.objects.filter(recipient=user, status=Notice.Status.DIGEST_PENDING).count(),
        weekly_limit=weekly_limit_in(scope) if own is None else own,
    )
