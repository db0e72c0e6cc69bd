"""Lock the agendas of a series before one of them changes."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from meetings.groups.groups import demand_no_personal_data
from meetings.models import AgendaItem, Meeting, MeetingRecord, Series
from meetings.scheduling.locking import demand_current, lock_series
from onestop.editing.refusals import Refused


class CannotChangeAgenda(Refused):
    """An agenda cannot be changed like this; the message says why."""


def series_chain(series: Series) -> list[int]:
    """Return the ids of a series and of those that it continues or that continue it, the first one first; one query."""
    before = dict(Series.objects.filter(group=series.group_id).values_list("pk", "continues"))
    after = {earlier: later for later, earlier in before.items() if earlier}
    first = series.pk
    while earlier := before.get(first):
        first = earlier
    chain = [first]
    while later := after.get(chain[-1]):
        chain.append(later)
    return chain


def next_meeting_of(series: Series, *, after: datetime) -> Meeting | None:
    """Return the next planned meeting of a series, or of one that continues it; two queries."""
    rows = Meeting.objects.coming(after).filter(series__in=series_chain(series))
    return rows.with_place().first()


def lock_chain(series: Series) -> Series:
    """Lock a series with those that it continues or that continue it, and return it as it is now."""
    # Lock: two clerks who change agendas of one series at once come one after the other; items move between its parts.
    for pk in sorted(series_chain(series)):
        locked = lock_series(Series(pk=pk))
        if pk == series.pk:
            series = locked
    return series


def lock_agenda(meeting: Meeting) -> Meeting:
    """Lock the agenda of a meeting that may still change, and return the meeting as it is now.

    :raises CannotChangeAgenda: if the meeting is over or was canceled.
    """
    series = lock_chain(meeting.series)
    locked = Meeting.objects.with_place().get(pk=meeting.pk)
    locked.series = series
    demand_open(locked)
    return locked


def lock_item(item: AgendaItem) -> AgendaItem:
    """Lock the agendas of the series of an item, and return the item as it is now, with its meeting."""
    lock_chain(item.series)
    rows = AgendaItem.objects.select_related(
        "series__group__area__state", "series__group__state", "meeting__series", "owner__user", "suggested_by"
    )
    return rows.get(pk=item.pk)


def demand_open(meeting: Meeting) -> None:
    """Refuse to change the agenda of a meeting that is over or does not take place.

    :raises CannotChangeAgenda: then.
    """
    demand_current(meeting.series)
    if meeting.is_canceled:
        raise CannotChangeAgenda(_("This meeting was canceled. Carry its items over to the next one."))
    if meeting.status == Meeting.Status.HELD or MeetingRecord.objects.filter(
        meeting=meeting.pk, closed_at__isnull=False
    ):
        raise CannotChangeAgenda(_("This meeting is over. Its agenda no longer changes."))


def demand_no_customer(series: Series, texts: Iterable[str]) -> None:
    """Refuse what may name the customer of a support team.

    :raises CannotKeepGroup: with what was found.
    """
    if series.group.is_support_team:
        demand_no_personal_data(*texts)
