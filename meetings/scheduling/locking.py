"""Lock a series before it or one of its meetings changes."""

from django.utils.translation import gettext as _

from meetings.models import Meeting, Series
from onestop.editing.refusals import Refused


class CannotPlan(Refused):
    """A series or meeting cannot be planned or changed like this; the message says why."""


def lock_series(series: Series) -> Series:
    """Lock a series and return it as it is now, in the running transaction.

    Everything about its meetings happens under this lock: making them, moving one, mailing updates, and answers.
    """
    # Lock: an update that is being mailed and a change at the same moment see each other.
    return Series.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=series.pk)


def lock_meeting(meeting: Meeting) -> Meeting:
    """Lock the series of a meeting, and return the meeting as it is now."""
    series = lock_series(meeting.series)
    locked = Meeting.objects.with_place().get(pk=meeting.pk)
    locked.series = series
    return locked


def demand_current(series: Series) -> None:
    """Refuse to change a series that was removed.

    :raises CannotPlan: then.
    """
    if series.is_archived:
        raise CannotPlan(_("This series was removed."))
    if series.group.is_archived:
        raise CannotPlan(_("This group is archived. Restore it first."))
