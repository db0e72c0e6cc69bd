"""Mark items of the agenda as done while the meeting goes on."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.agendas.locking import lock_item
from meetings.models import AgendaItem
from meetings.room.locking import CannotRecord, lock_open
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Outcome = AgendaItem.Outcome


@recorded
def set_done(item: AgendaItem, *, is_done: bool, by: User | None, at: datetime) -> None:
    """Mark an item as done, or as not done yet. A second tap changes nothing.

    :raises CannotRecord: if the meeting is not open, or the item was carried over.
    """
    if item.meeting is None:
        raise CannotRecord(_("This item is not on the agenda of a meeting."))
    # Lock the agenda as well: an item that is being carried over is not marked as done at the same moment.
    locked = lock_item(item)
    lock_open(item.meeting)
    item = locked
    if item.outcome == Outcome.CARRIED:
        raise CannotRecord(_("This item was carried over to another meeting."))
    outcome = Outcome.DONE if is_done else ""
    if item.outcome != outcome:
        item.outcome = outcome
        item.save(update_fields=["outcome"])
