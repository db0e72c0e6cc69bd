"""Suggest items, and accept or decline what was suggested; whoever suggested it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from meetings.agendas.items import demand_room, lock_place
from meetings.agendas.locking import CannotChangeAgenda, demand_no_customer, demand_open, lock_item, series_chain
from meetings.agendas.publishing import note_change
from meetings.models import AgendaItem, GroupMember, Meeting, Series
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _
from partners.people import contacts

FACTS = ("title", "purpose", "minutes", "detail", "serves")
ANSWERED = "meetings.suggestion"
MOST_OPEN = 10  # of one person, in one series
State = AgendaItem.State


@recorded
def suggest_item(
    place: Meeting | Series,
    *,
    facts: Mapping[str, Any],
    member: GroupMember | None = None,
    by: User | None,
    at: datetime,
) -> AgendaItem:
    """Suggest an item for a meeting, or for any meeting of a series; a ``member`` without an account leads it.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the person has very many open suggestions.
    """
    series, meeting = lock_place(place)
    owner = member if by is None else None
    if AgendaItem.objects.suggested().filter(series=series, suggested_by=by, owner=owner).count() >= MOST_OPEN:
        raise CannotChangeAgenda(_("You have many open suggestions here. Withdraw one first."))
    item = AgendaItem(
        series=series, meeting=meeting, position=0, state=State.SUGGESTED, suggested_by=by, suggested_at=at,
        owner=owner, **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    demand_no_customer(series, [item.title, item.detail])
    item.save()
    return item


@recorded
def accept_suggestion(item: AgendaItem, *, meeting: Meeting | None, by: User | None, at: datetime) -> AgendaItem:
    """Put what was suggested on the agenda of a meeting, or into the backlog; the person is told.

    :raises CannotChangeAgenda: if somebody declined it, it was withdrawn, or the meeting is over or was canceled.
    """
    item = _lock(item)
    if item.state == State.ACCEPTED:
        return item
    if item.state == State.DECLINED:
        raise CannotChangeAgenda(_("This suggestion was declined already."))
    if meeting:
        meeting = Meeting.objects.with_place().get(pk=meeting.pk)
        demand_open(meeting)
        if meeting.series_id not in series_chain(item.series):
            raise CannotChangeAgenda(_("Choose a meeting of this series."))
        item.series = meeting.series
    item.position = demand_room(meeting or item.series)
    item.state, item.meeting = State.ACCEPTED, meeting
    item.save(update_fields=["state", "meeting", "series", "position"])
    note_change(meeting, at=at)
    _notify(item, at=at)
    return item


@recorded
def decline_suggestion(item: AgendaItem, *, reason: str, by: User | None, at: datetime) -> None:
    """Decline what was suggested, with the reason; the person is told.

    :raises CannotChangeAgenda: if somebody accepted it, or it was withdrawn.
    """
    item = _lock(item)
    if item.state == State.ACCEPTED:
        raise CannotChangeAgenda(_("This suggestion was accepted already."))
    if item.state == State.DECLINED:
        return
    item.state, item.reason = State.DECLINED, reason
    item.save(update_fields=["state", "reason"])
    _notify(item, at=at)


@recorded
def withdraw_suggestion(item: AgendaItem, *, by: User | None, at: datetime) -> None:
    """Withdraw one's own suggestion.

    :raises CannotChangeAgenda: if it was accepted or declined already.
    """
    item = lock_item(item)
    if item.state != State.SUGGESTED:
        raise CannotChangeAgenda(_("This suggestion was answered already."))
    if not item.is_archived:
        item.archived_at = at
        item.save(update_fields=["archived_at"])


def _lock(item: AgendaItem) -> AgendaItem:
    """Lock a suggestion.

    :raises CannotChangeAgenda: if it was withdrawn.
    """
    # Lock: of two who answer the same suggestion, the second sees the answer of the first.
    item = lock_item(item)
    if item.is_archived:
        raise CannotChangeAgenda(_("This suggestion was withdrawn."))
    return item


def _notify(item: AgendaItem, *, at: datetime) -> None:
    group = item.series.group
    person = _person(item)
    if not person:
        return
    notify(
        ANSWERED,
        key=f"{ANSWERED}:{item.pk}:{item.state}",
        to=person,
        at=at,
        about=[item.series],
        scope=group.area,
        why=_("You suggested this item."),
        path=(item.meeting or item.series).get_absolute_url(),
        zone=item.series.zone_info,
        context={
            "item": item,
            "meeting": item.meeting,
            "group": group,
            "person": item.suggested_by.name if item.suggested_by else item.led_by,
        },
    )


def _person(item: AgendaItem) -> User | str:
    """Return whom to tell: who suggested it, or the address of the member who did so by a link; empty if nobody."""
    if user := item.suggested_by:
        return user if user.is_active else ""
    return contacts.person_at(item.owner.address, item.owner.user) if item.owner and item.owner.address else ""
