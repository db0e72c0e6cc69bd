"""Move items between the backlog and the agendas of a series, and carry over what was not finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from meetings.agendas.items import demand_room, lock_current, number, order_of, ordered
from meetings.agendas.locking import CannotChangeAgenda, demand_open, lock_chain, next_meeting_of
from meetings.agendas.publishing import note_change
from meetings.models import AgendaItem, AgendaPaper, Meeting
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Outcome = AgendaItem.Outcome
# What a carried item says like the one that it continues.
SAME = ("title", "purpose", "minutes", "detail", "owner", "owner_name", "serves")


@recorded
def put_on_next_agenda(item: AgendaItem, *, by: User | None, at: datetime) -> Meeting:
    """Put an item of the backlog on the agenda of the next meeting; one that is on an agenda already stays there.

    :raises CannotChangeAgenda: if no meeting is to come, or the item was removed.
    """
    item = lock_current(item)
    if item.meeting:
        return item.meeting
    meeting = next_meeting_of(item.series, after=at)
    if meeting is None:
        raise CannotChangeAgenda(_("No meeting of this series is to come. Add one first."))
    demand_open(meeting)
    left = [each for each in order_of(item) if each.pk != item.pk]
    item.position = demand_room(meeting)
    item.series, item.meeting = meeting.series, meeting
    item.save(update_fields=["series", "meeting", "position"])
    number(left)
    note_change(meeting, at=at)
    return meeting


@recorded
def put_in_backlog(item: AgendaItem, *, by: User | None, at: datetime) -> None:
    """Take an item off the agenda of its meeting, into the backlog of the series.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or something was recorded on the item.
    """
    item = lock_current(item)
    meeting = item.meeting
    if meeting is None:
        return
    if item.outcome or item.motions.exists() or item.decisions.exists():
        raise CannotChangeAgenda(_("Something is recorded on this item. It stays on the agenda."))
    item.position = demand_room(item.series)
    item.meeting = None
    item.save(update_fields=["meeting", "position"])
    number(ordered(meeting))
    note_change(meeting, at=at)


# ---------------------------------------------------------------- Carrying over
@dataclass(frozen=True)
class Carried:
    """What was carried over, and to which meeting; without one it is in the backlog."""

    items: Sequence[AgendaItem]
    meeting: Meeting | None


def is_carried_from(meeting: Meeting, *, at: datetime) -> bool:
    """Whether the items of a meeting can be carried over: it is over, or was canceled."""
    return meeting.is_canceled or meeting.status == Meeting.Status.HELD or meeting.ends_at <= at


@recorded
def carry_over(meeting: Meeting, *, by: User | None, at: datetime) -> Carried:
    """Carry all unfinished items over to the next meeting of the series, or to the backlog if none is to come.

    Each becomes a new item that continues the old one, with its papers. Who does it a second time carries nothing.

    :raises CannotChangeAgenda: if the meeting is not over.
    """
    lock_chain(meeting.series)
    meeting = Meeting.objects.with_place().get(pk=meeting.pk)
    if not is_carried_from(meeting, at=at):
        raise CannotChangeAgenda(_("This meeting is not over yet."))
    target = next_meeting_of(meeting.series, after=max(at, meeting.starts_at))
    rows = AgendaItem.objects.on_agenda().filter(meeting=meeting, outcome="").select_related("owner")
    unfinished = list(rows)
    if not unfinished:
        return Carried([], target)
    place = target or meeting.series
    first = demand_room(place, len(unfinished))
    before = {each.continues_id: each for each in AgendaItem.objects.filter(continues__in=unfinished)}
    carried = [
        _continue(item, before.get(item.pk), target, first + number_of) for number_of, item in enumerate(unfinished)
    ]
    AgendaItem.objects.filter(pk__in=[each.pk for each in unfinished]).update(outcome=Outcome.CARRIED)
    note_change(target, at=at)
    return Carried(carried, target)


def _continue(item: AgendaItem, known: AgendaItem | None, target: Meeting | None, position: int) -> AgendaItem:
    """Return a new item that continues an old one; one that did so and was taken back is used again."""
    new = known or AgendaItem(continues=item)
    for name in SAME:
        setattr(new, name, getattr(item, name))
    new.series, new.meeting = (target.series if target else item.series), target
    new.position, new.outcome, new.archived_at = position, "", None
    new.save()
    if known is None:
        papers = item.papers.current().order_by("position", "pk")
        AgendaPaper.objects.bulk_create(
            AgendaPaper(
                item=new, file_id=paper.file_id, title=paper.title, is_public=paper.is_public, position=paper.position
            )
            for paper in papers
        )
    return new


@recorded
def take_back(meeting: Meeting, *, by: User | None, at: datetime) -> int:
    """Take back what was carried over from a meeting, unless it was finished since; return how many items."""
    lock_chain(meeting.series)
    rows = AgendaItem.objects.current().filter(continues__meeting=meeting.pk, outcome="", motions=None, decisions=None)
    rows = rows.filter(continues__outcome=Outcome.CARRIED).select_related("meeting__series__group")
    taken = [item for item in rows if item.meeting is None or item.meeting.is_planned]
    AgendaItem.objects.filter(pk__in=[item.pk for item in taken]).update(archived_at=at)
    AgendaItem.objects.filter(pk__in=[item.continues_id for item in taken]).update(outcome="")
    for target in {item.meeting for item in taken if item.meeting}:
        number(ordered(target))
        note_change(target, at=at)
    return len(taken)
