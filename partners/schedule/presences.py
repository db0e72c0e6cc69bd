"""Co-location: when partners are in One-Stop centers, when somebody is away in spite of it, when a center is closed.

Whatever touches a partner's hours happens under a lock on the partnership, so that two people never write the same
hours twice; the table's own constraint holds it also for imports.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import clock
from partners.models import Absence, Center, Partnership, Presence, Weekday

FACTS = (
    "center", "weekday", "starts_at", "ends_at", "rhythm", "way", "who", "desk", "phone", "begins_on", "ends_on",
    "note",
)  # fmt: skip


class CannotSchedule(Refused):
    """Hours in a center cannot be kept like this."""


class CannotNoteAbsence(Refused):
    """Days away cannot be kept like this."""


# ---------------------------------------------------------------- Hours
@recorded
def add_presences(
    partnership: Partnership, *, weekdays: Collection[int], facts: Mapping[str, Any], by: User | None, at: datetime
) -> list[Presence]:
    """Add the same hours on each of these weekdays; all of them, or none.

    :raises CannotSchedule: if the partner is archived, the center is of another area or archived, they would end before
        they start, or the partner is in that center at that time already.
    """
    partnership = _lock(partnership)
    given = {name: facts[name] for name in FACTS if name in facts and name != "weekday"}
    rows = [Presence(partnership=partnership, weekday=weekday, **given) for weekday in sorted(set(weekdays))]
    if not rows:
        raise CannotSchedule("Tick at least one weekday.", field="weekdays")
    for row in rows:
        _check(row)
    return Presence.objects.bulk_create(rows)


@recorded
def update_presence(
    presence: Presence, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Presence:
    """Change hours that a partner has in a center.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotSchedule: as for adding, or if the hours are archived.
    """
    _lock(presence.partnership)
    presence = _read(presence)
    demand_version(presence, (), version)
    if presence.is_archived:
        raise CannotSchedule("These hours are archived. Take them back before you change them.")
    for name in FACTS:
        if name in facts:
            setattr(presence, name, facts[name])
    _check(presence)
    presence.save()
    return presence


@recorded
def archive_presence(presence: Presence, *, by: User | None, at: datetime) -> None:
    """Put hours away: nobody comes any more at that time; they can be taken back."""
    Presence.objects.current().filter(pk=presence.pk).update(archived_at=at)


@recorded
def restore_presence(presence: Presence, *, by: User | None, at: datetime) -> None:
    """Take archived hours back.

    :raises CannotSchedule: if the partner or the center is archived, or the partner is there at that time by now.
    """
    _lock(presence.partnership)
    presence = _read(presence)
    _check(presence)
    presence.archived_at = None
    presence.save(update_fields=["archived_at"])


def _lock(partnership: Partnership) -> Partnership:
    # Two who add the same hours at once must not both find the time free.
    return Partnership.objects.select_for_update(of=("self",)).select_related("organization").get(pk=partnership.pk)


def _read(presence: Presence) -> Presence:
    return Presence.objects.select_related("partnership__organization", "center").get(pk=presence.pk)


def _check(presence: Presence) -> None:
    partnership, center = presence.partnership, presence.center
    if partnership.is_archived:
        raise CannotSchedule("This partner is archived. Restore the partner first.")
    if center.area_id != partnership.area_id:
        raise CannotSchedule("A partner is on site in centers of its own area.", field="center")
    if center.is_archived:
        raise CannotSchedule(f"{center.name} is archived. Choose a center that is open.", field="center")
    if presence.ends_at <= presence.starts_at:
        words = f"They would end before they start. Write an hour after {clock(presence.starts_at)}."
        raise CannotSchedule(words, field="ends_at")
    if presence.begins_on and presence.ends_on and presence.ends_on < presence.begins_on:
        raise CannotSchedule("The last day would be before the first.", field="ends_on")
    if there := overlapping(presence):
        name = partnership.organization.short_name or partnership.organization.name
        raise CannotSchedule(
            f"{name} is at {center.name} then already: {there}. Change those hours.", field="starts_at"
        )


def overlapping(presence: Presence) -> Presence | None:
    """Return hours of the same partner in the same center that can fall on the same time; None if it is free."""
    others = Presence.objects.current().filter(
        partnership=presence.partnership_id, center=presence.center_id, weekday=presence.weekday
    )
    rows = others.exclude(pk=presence.pk).order_by("starts_at", "pk")
    return next((other for other in rows if presence.overlaps(other)), None)


# ---------------------------------------------------------------- Days away
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
    """Note days on which a partner is away in one center, or everywhere without ``center``; or a center is closed.

    :raises CannotNoteAbsence: if they would end before they begin, are over, or are noted already; if the partner or
        the center is archived, or the center is of another area.
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
    """Return the days away and closings that may touch these hours in a span of days."""
    rows = Absence.objects.current().touching(first, last)
    return list(rows.filter(Q(partnership=presence.partnership_id) | Q(center=presence.center_id)).order_by("pk"))


@recorded
def take_back_absence(absence: Absence, *, by: User | None, at: datetime) -> None:
    """Take days away back: everybody comes by the schedule."""
    Absence.objects.current().filter(pk=absence.pk).update(archived_at=at)


@recorded
def restore_absence(absence: Absence, *, by: User | None, at: datetime) -> None:
    """Let days away count again that were taken back."""
    Absence.objects.archived().filter(pk=absence.pk).update(archived_at=None)


def _check_absence(absence: Absence, at: datetime) -> None:
    partnership, center = absence.partnership, absence.center
    area = partnership.area if partnership else center.area if center else None
    if area is None:
        raise CannotNoteAbsence("Say who is away, or which center is closed.")
    if (partnership and partnership.is_archived) or (center and center.is_archived):
        raise CannotNoteAbsence(f"This {'partner' if partnership else 'center'} is archived. Restore it first.")
    if center and center.area_id != area.pk:
        raise CannotNoteAbsence("A partner is away from centers of its own area.", field="center")
    if absence.last_on < absence.first_on:
        raise CannotNoteAbsence("The last day would be before the first.", field="last_on")
    if absence.last_on < at.astimezone(area.zone).date():
        raise CannotNoteAbsence("These days are over.", field="last_on")
    same = Absence.objects.current().filter(partnership=partnership, center=center)
    if there := same.touching(absence.first_on, absence.last_on).order_by("first_on", "pk").first():
        words = f"Noted already: {there.days_in_words}. Take that back first, or choose other days."
        raise CannotNoteAbsence(words, field="first_on")


def days_in_words(weekdays: Collection[int]) -> str:
    """Return weekdays in words: "Monday", "Monday and Wednesday", "Monday, Tuesday and Friday"."""
    names = [str(Weekday(weekday).label) for weekday in sorted(weekdays)]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
