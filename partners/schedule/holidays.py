"""The holidays of an area: fill them from the list of its state, edit and remove them.

A closed day cancels the schedule of all centers (``partners.schedule.closings``), and reminders wait for the next day.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.notices.models.notice import name_of
from onestop.ui.written_queries import Row, written_once
from partners.models import Absence, Holiday, LocalArea

FACTS = ("day", "name", "closes_centers")


class CannotKeepHoliday(Refused):
    """A holiday cannot be saved like this."""


@recorded
def add_holiday(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Holiday:
    """Add a holiday of an area.

    :raises CannotKeepHoliday: if the area has one on that day.
    """
    holiday = Holiday(area=area, **{name: facts[name] for name in FACTS if name in facts})
    _save(holiday)
    return holiday


@recorded
def update_holiday(
    holiday: Holiday, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Holiday:
    """Edit a holiday.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepHoliday: if it was removed, or the area has another one on that day.
    """
    holiday = Holiday.objects.select_for_update(of=("self",)).select_related("area").get(pk=holiday.pk)
    demand_version(holiday, (), version)
    if holiday.is_archived:
        raise CannotKeepHoliday(_("This holiday was removed. Restore it before you edit it."))
    apply_facts(holiday, {name: facts[name] for name in FACTS if name in facts})
    _save(holiday)
    return holiday


@recorded
def remove_holiday(holiday: Holiday, *, by: User | None, at: datetime) -> None:
    """Remove a holiday; filling from the list does not bring it back."""
    Holiday.objects.current().filter(pk=holiday.pk).update(archived_at=at)


@recorded
def restore_holiday(holiday: Holiday, *, by: User | None, at: datetime) -> None:
    """Restore a removed holiday.

    :raises CannotKeepHoliday: if the area has another one on that day by now.
    """
    holiday = Holiday.objects.select_for_update(of=("self",)).get(pk=holiday.pk)
    if holiday.is_archived:
        holiday.archived_at = None
        _save(holiday)


def _save(holiday: Holiday) -> None:
    try:
        with transaction.atomic():
            holiday.save()
    except IntegrityError:
        raise CannotKeepHoliday(_("There is a holiday on this day already."), field="day") from None


# ---------------------------------------------------------------- The list of a state
@recorded
def fill_holidays(area: LocalArea, *, years: Collection[int], by: User | None, at: datetime) -> int:
    """Add the public holidays of an area's state; return how many. Days that are known, or were removed, stay as is."""
    # Lock: two who fill at once must not both add a day.
    LocalArea.objects.select_for_update().get(pk=area.pk)
    known = set(Holiday.objects.filter(area=area, day__year__in=years).values_list("day", flat=True))
    listed = {day: name for day, name in holidays_of(area.state.code, years).items() if day not in known}
    Holiday.objects.bulk_create(Holiday(area=area, day=day, name=name[:100]) for day, name in sorted(listed.items()))
    return len(listed)


def holidays_of(code: str, years: Collection[int]) -> dict[date, str]:
    """Return the public holidays of a state, or of the nation if it is unknown, on the days when they are observed."""
    import holidays  # here: it takes a second, and few processes need it

    known = code in holidays.list_supported_countries()["US"]
    return dict(holidays.country_holidays("US", subdiv=code if known else None, years=years, observed=True))


def fill_all(*, at: datetime) -> int:
    """Fill this and the next year in all areas that have no holiday in them; return how many areas. Runs once a day."""
    filled = 0
    for year in (at.year, at.year + 1):
        filled_already = Holiday.objects.filter(day__year=year).values("area")
        for area in LocalArea.objects.current().exclude(pk__in=filled_already).select_related("state").order_by("pk"):
            filled += bool(fill_holidays(area, years=[year], by=None, at=at))
    return filled


# ---------------------------------------------------------------- What is closed
@written_once
def closing_holidays(area: int, first: date, last: date) -> QuerySet[Any, Any]:
    """Return day and name of the holidays in a range of days on which the centers of an area are closed."""
    rows = Holiday.objects.between(first, last).closing().filter(area=area)
    return rows.order_by("day").values("day", "name")


def closings_by(holidays: Iterable[Row]) -> list[Absence]:
    """Return holidays as closings of all centers, never saved: whatever reads closings reads these."""
    return [Absence(first_on=row["day"], last_on=row["day"], reason=row["name"]) for row in holidays]


def holiday_closings(area: int, first: date, last: date) -> list[Absence]:
    """Return the closings of all centers of an area by holidays in a range of days; one query."""
    return closings_by(closing_holidays(area, first, last).rows())


def closed_scopes(scopes: Iterable[Any], at: datetime) -> set[str]:
    """Return the names of those areas among some objects whose centers are closed by a holiday at a time."""
    today = {scope.pk: at.astimezone(scope.zone).date() for scope in scopes if isinstance(scope, LocalArea)}
    if not today:
        return set()
    found = Holiday.objects.between(min(today.values()), max(today.values())).closing().filter(area__in=today)
    return {name_of(holiday.area) for holiday in found.select_related("area") if holiday.day == today[holiday.area_id]}
