"""Record when partners are in One-Stop centers, when they are absent, and when a center is closed.

Changes of a partner's hours lock the partnership, so that two people never record the same hours twice; a constraint
of the table guards imports too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import clock
from onestop.ui.sentences import join_words
from partners.models import Absence, Center, LocalArea, Partnership, Presence, Weekday
from partners.schedule.holidays import holiday_closings

FACTS = (
    "center", "weekday", "starts_at", "ends_at", "rhythm", "way", "who", "desk", "phone", "begins_on", "ends_on",
    "note",
)  # fmt: skip
# The same with the id of the center, as files are read.
IMPORTED = ("center_id", *FACTS[1:])


class CannotSchedule(Refused):
    """Hours in a center cannot be saved like this."""


class CannotNoteAbsence(Refused):
    """An absence or closing cannot be saved like this."""


# ---------------------------------------------------------------- Hours
@recorded
def add_presences(
    partnership: Partnership, *, weekdays: Collection[int], facts: Mapping[str, Any], by: User | None, at: datetime
) -> list[Presence]:
    """Add the same hours on each of these weekdays; all of them, or none.

    :raises CannotSchedule: if the partner is archived, the center is of another area or archived, the hours end before
        they start, or the partner is already in that center at that time.
    """
    partnership = _lock(partnership)
    given = {name: facts[name] for name in FACTS if name in facts and name != "weekday"}
    rows = [Presence(partnership=partnership, weekday=weekday, **given) for weekday in sorted(set(weekdays))]
    if not rows:
        raise CannotSchedule(_("Select at least one day."), field="weekdays")
    for row in rows:
        _check(row, _others(row))
    return Presence.objects.bulk_create(rows)


@recorded
def update_presence(
    presence: Presence, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Presence:
    """Change the hours of a partner in a center.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotSchedule: as for adding, or if the hours are archived.
    """
    _lock(presence.partnership)
    presence = _read(presence)
    demand_version(presence, (), version)
    if presence.is_archived:
        raise CannotSchedule(_("These hours are archived. Restore them before you edit them."))
    for name in FACTS:
        if name in facts:
            setattr(presence, name, facts[name])
    _check(presence, _others(presence))
    presence.save()
    return presence


@recorded
def archive_presence(presence: Presence, *, by: User | None, at: datetime) -> None:
    """Archive hours: they are hidden from the schedule, and can be restored."""
    Presence.objects.current().filter(pk=presence.pk).update(archived_at=at)


@recorded
def restore_presence(presence: Presence, *, by: User | None, at: datetime) -> None:
    """Restore archived hours.

    :raises CannotSchedule: if the partner or the center is archived, or the partner now has other hours at that time.
    """
    _lock(presence.partnership)
    presence = _read(presence)
    _check(presence, _others(presence))
    presence.archived_at = None
    presence.save(update_fields=["archived_at"])


def _lock(partnership: Partnership) -> Partnership:
    # Lock: two who add the same hours at once must not both find the time free.
    return Partnership.objects.select_for_update(of=("self",)).select_related("organization").get(pk=partnership.pk)


def _read(presence: Presence) -> Presence:
    return Presence.objects.select_related("partnership__organization", "center").get(pk=presence.pk)


def _check(presence: Presence, others: Iterable[Presence]) -> None:
    partnership, center = presence.partnership, presence.center
    if partnership.is_archived:
        raise CannotSchedule(_("This partner is archived. Restore the partner first."))
    if center.area_id != partnership.area_id:
        raise CannotSchedule(_("Select a center in the partner's own area."), field="center")
    if center.is_archived:
        words = _("%(center)s is archived. Select another center.") % {"center": center.name}
        raise CannotSchedule(words, field="center")
    if presence.ends_at <= presence.starts_at:
        words = _("The end must be after the start. Enter a time after %(time)s.") % {"time": clock(presence.starts_at)}
        raise CannotSchedule(words, field="ends_at")
    if presence.begins_on and presence.ends_on and presence.ends_on < presence.begins_on:
        raise CannotSchedule(_("The last day must not be before the first day."), field="ends_on")
    if there := next((other for other in others if other is not presence and presence.overlaps(other)), None):
        name = partnership.organization.short_name or partnership.organization.name
        words = _("%(partner)s is already at %(center)s at this time: %(hours)s. Edit those hours instead.")
        raise CannotSchedule(words % {"partner": name, "center": center.name, "hours": there}, field="starts_at")


def _others(presence: Presence) -> Iterable[Presence]:
    """Return the partner's other hours in the center on this weekday."""
    rows = Presence.objects.current().filter(partnership=presence.partnership_id, center=presence.center_id)
    return rows.filter(weekday=presence.weekday).exclude(pk=presence.pk).order_by("starts_at", "pk")


@recorded
def save_presences(
    area: LocalArea,
    *,
    new: Sequence[Mapping[str, Any]] = (),
    changes: Mapping[int, Mapping[str, Any]],
    by: User | None,
    at: datetime,
) -> list[Presence]:
    """Add and change hours of many partners of an area; all of them, or none. Return the new ones.

    ``new`` are facts with the ids of the partnership and of the center; ``changes`` are facts by the id of the hours.

    :raises CannotSchedule: as for one partner; hours may also not overlap others of the same call.
    """
    changed_of = Presence.objects.filter(pk__in=changes).values_list("partnership_id", flat=True)
    # Lock as for one: two who add the same hours at once must not both find the time free.
    rows = Partnership.objects.filter(area=area).select_related("organization")
    partnerships = bulk.lock_rows(rows, {facts["partnership_id"] for facts in new} | set(changed_of))
    centers = {center.pk: center for center in Center.objects.filter(area=area)}
    there = {row.pk: row for row in Presence.objects.filter(partnership__in=partnerships).order_by("starts_at", "pk")}
    if any(there[pk].is_archived for pk in changes):
        raise CannotSchedule(_("These hours are archived. Restore them before you edit them."))
    names = bulk.apply_changes(there, changes, IMPORTED)
    made = [Presence(**{name: facts[name] for name in ("partnership_id", *IMPORTED) if name in facts}) for facts in new]
    touched = [*(there[pk] for pk in changes), *made]
    _check_many(touched, [*there.values(), *made], partnerships, centers)
    bulk.save_rows([there[pk] for pk in changes], names)
    return bulk.add_rows(made)


def _check_many(
    touched: Iterable[Presence],
    everything: Iterable[Presence],
    partnerships: Mapping[int, Partnership],
    centers: Mapping[int, Center],
) -> None:
    same: dict[tuple[int, int, int], list[Presence]] = defaultdict(list)
    for row in everything:
        if not row.is_archived:
            same[row.partnership_id, row.center_id, row.weekday].append(row)
    for row in touched:
        if row.center_id not in centers:
            raise CannotSchedule(_("Select a center in the partner's own area."), field="center")
        row.partnership, row.center = partnerships[row.partnership_id], centers[row.center_id]
        _check(row, same[row.partnership_id, row.center_id, row.weekday])


# ---------------------------------------------------------------- Absences
@recorded
def note_absence(
    *,
    partnership: Partnership | None = None,
    center: Center | None = None,
    first_on: date,
    last_on: date,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> Absence:
    """Record the absence of a partner from one center, or from all without ``center``; or the closing of a center.

    :raises CannotNoteAbsence: if it ends before it begins, is over, or is recorded already; if the partner or the
        center is archived, or the center is of another area.
    """
    if partnership is not None:
        partnership = _lock(partnership)
    if center is not None:
        center = Center.objects.select_for_update(of=("self",)).select_related("area").get(pk=center.pk)
    absence = Absence(partnership=partnership, center=center, first_on=first_on, last_on=last_on, reason=reason)
    _check_absence(absence, at)
    absence.save()
    return absence


def absences_of(presence: Presence, first: date, last: date) -> list[Absence]:
    """Return the absences and closings that may affect these hours in a range of days."""
    rows = Absence.objects.current().touching(first, last)
    own = rows.filter(Q(partnership=presence.partnership_id) | Q(center=presence.center_id)).order_by("pk")
    return [*own, *holiday_closings(presence.center.area_id, first, last)]


@recorded
def take_back_absence(absence: Absence, *, by: User | None, at: datetime) -> None:
    """Remove an absence or closing: the schedule applies again."""
    Absence.objects.current().filter(pk=absence.pk).update(archived_at=at)


@recorded
def restore_absence(absence: Absence, *, by: User | None, at: datetime) -> None:
    """Restore a removed absence or closing."""
    Absence.objects.archived().filter(pk=absence.pk).update(archived_at=None)


def _check_absence(absence: Absence, at: datetime) -> None:
    partnership, center = absence.partnership, absence.center
    area = partnership.area if partnership else center.area if center else None
    if area is None:
        raise CannotNoteAbsence(_("Select who is away, or which center is closed."))
    if (partnership and partnership.is_archived) or (center and center.is_archived):
        raise CannotNoteAbsence(_("This partner or center is archived. Restore it first."))
    if center and center.area_id != area.pk:
        raise CannotNoteAbsence(_("Select a center in the partner's own area."), field="center")
    if absence.last_on < absence.first_on:
        raise CannotNoteAbsence(_("The last day must not be before the first day."), field="last_on")
    if absence.last_on < at.astimezone(area.zone).date():
        raise CannotNoteAbsence(_("These days are in the past. Enter a current or future day."), field="last_on")
    same = Absence.objects.current().filter(partnership=partnership, center=center)
    if there := same.touching(absence.first_on, absence.last_on).order_by("first_on", "pk").first():
        words = _("Already recorded: %(days)s. Remove that absence first, or select other days.")
        raise CannotNoteAbsence(words % {"days": there.days_in_words}, field="first_on")


def days_in_words(weekdays: Collection[int]) -> str:
    """Return weekdays in words: "Monday", "Monday and Wednesday", "Monday, Tuesday and Friday"."""
    return join_words(Weekday(weekday).label for weekday in sorted(weekdays))
