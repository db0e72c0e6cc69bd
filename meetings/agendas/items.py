"""Add, edit, order, remove and restore the items of an agenda or a backlog, and record whether they were finished."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.agendas.locking import (
    CannotChangeAgenda,
    demand_no_customer,
    demand_open,
    lock_agenda,
    lock_chain,
    lock_item,
    series_chain,
)
from meetings.agendas.publishing import note_change
from meetings.agendas.reading import consent_together, in_order
from meetings.models import AgendaItem, Meeting, Purpose, Series
from meetings.scheduling.locking import demand_current
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("title", "purpose", "minutes", "owner", "owner_name", "detail", "serves")
MOST_ITEMS = 100  # of one agenda, and of one backlog
UP, DOWN = "up", "down"


# ---------------------------------------------------------------- The order
def order_of(item: AgendaItem) -> list[AgendaItem]:
    """Return the items of the agenda or backlog of an item, in order."""
    return ordered(item.meeting or item.series)


def ordered(place: Meeting | Series) -> list[AgendaItem]:
    """Return the items of an agenda or of the backlog of a series, in order; one query, or two."""
    if isinstance(place, Meeting):
        return in_order(AgendaItem.objects.on_agenda().filter(meeting=place.pk))
    return list(AgendaItem.objects.backlog().filter(series__in=series_chain(place)))


def number(order: Sequence[AgendaItem]) -> None:
    """Store an order."""
    moved = [item for place, item in enumerate(order, 1) if item.position != place]
    for place, item in enumerate(order, 1):
        item.position = place
    AgendaItem.objects.bulk_update(moved, ["position"])


def demand_room(place: Meeting | Series, more: int = 1) -> int:
    """Return the position of a further item at the end.

    :raises CannotChangeAgenda: if there are very many already.
    """
    known = ordered(place)
    if len(known) + more > MOST_ITEMS:
        raise CannotChangeAgenda(_("An agenda can have %(number)s items at most.") % {"number": MOST_ITEMS})
    return max((item.position for item in known), default=0) + 1


# ---------------------------------------------------------------- Verbs
@recorded
def add_item(
    place: Meeting | Series,
    *,
    facts: Mapping[str, Any],
    position: int | None = None,
    by: User | None,
    at: datetime,
) -> AgendaItem:
    """Add an item to the agenda of a meeting, at a position or at the end, or to the backlog of a series.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the owner is of another group.
    """
    series, meeting = lock_place(place)
    item = AgendaItem(series=series, meeting=meeting, position=demand_room(meeting or series))
    _set(item, facts)
    item.save()
    _place(item, position)
    note_change(meeting, at=at)
    return item


@recorded
def update_item(
    item: AgendaItem,
    *,
    facts: Mapping[str, Any],
    position: int | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> AgendaItem:
    """Edit an item, and put it at another position if one is given.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the item was removed.
    """
    item = lock_current(item)
    demand_version(item, (), version)
    if names := _set(item, facts):
        item.save(update_fields=names)
    if _place(item, position) or names:
        note_change(item.meeting, at=at)
    return item


@recorded
def move_item(item: AgendaItem, *, to: str, seen: int | None = None, by: User | None, at: datetime) -> tuple[int, int]:
    """Move an item one place up or down; return its number, and of how many. At the end it stays.

    With the number that the person has ``seen`` it moves only from there: who presses twice moves it once.

    The first and the last item of the consent agenda move all of it.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the item was removed.
    """
    item = lock_current(item)
    before = order_of(item)
    own = next(each for each in before if each.pk == item.pk)
    stays = seen is not None and before.index(own) + 1 != seen
    order = list(before) if stays else _moved(before, own, -1 if to == UP else 1)
    numbers = [each.pk for each in order]
    if numbers != [each.pk for each in before]:
        number(order)
        note_change(item.meeting, at=at)
    return numbers.index(item.pk) + 1, len(order)


@recorded
def remove_item(item: AgendaItem, *, by: User | None, at: datetime) -> None:
    """Remove an item; it can be restored.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or something was decided on the item.
    """
    item = lock_item(item)
    if item.is_archived:
        return
    _demand_changeable(item)
    if item.motions.exists() or item.decisions.exists():
        raise CannotChangeAgenda(_("A motion or a decision is recorded on this item. It stays on the agenda."))
    item.archived_at = at
    item.save(update_fields=["archived_at"])
    number(order_of(item))
    note_change(item.meeting, at=at)


@recorded
def restore_item(item: AgendaItem, *, by: User | None, at: datetime) -> None:
    """Restore a removed item at its old place.

    :raises CannotChangeAgenda: if the meeting is over or was canceled.
    """
    item = lock_item(item)
    if not item.is_archived:
        return
    _demand_changeable(item)
    demand_room(item.meeting or item.series)
    order = order_of(item)
    item.archived_at = None
    item.save(update_fields=["archived_at"])
    order.insert(max(0, item.position - 1), item)
    number(consent_together(order) if item.meeting else order)
    note_change(item.meeting, at=at)


@recorded
def set_finished(item: AgendaItem, *, is_finished: bool, by: User | None, at: datetime) -> None:
    """Record whether an item was finished at its meeting; what was not can be carried over.

    :raises CannotChangeAgenda: if it was carried over already, or is on no agenda.
    """
    item = lock_item(item)
    if item.meeting is None or item.state != AgendaItem.State.ACCEPTED or item.is_archived:
        raise CannotChangeAgenda(_("This item is on no agenda."))
    if item.outcome == AgendaItem.Outcome.CARRIED:
        raise CannotChangeAgenda(_("This item was carried over to another meeting."))
    item.outcome = AgendaItem.Outcome.DONE if is_finished else ""
    item.save(update_fields=["outcome"])


# ---------------------------------------------------------------- Shared
def lock_place(place: Meeting | Series) -> tuple[Series, Meeting | None]:
    """Lock an agenda or a backlog; return the series, and the meeting if it is an agenda."""
    if isinstance(place, Meeting):
        meeting = lock_agenda(place)
        return meeting.series, meeting
    series = lock_chain(place)
    demand_current(series)
    return series, None


def lock_current(item: AgendaItem) -> AgendaItem:
    """Lock an item that is on an agenda or in a backlog and may be changed, and return it as it is now.

    :raises CannotChangeAgenda: if it was removed, is a suggestion, or its meeting is over.
    """
    item = lock_item(item)
    if item.is_archived:
        raise CannotChangeAgenda(_("This item was removed. Restore it first."))
    if item.state != AgendaItem.State.ACCEPTED:
        raise CannotChangeAgenda(_("This item was suggested only. Accept it first."))
    _demand_changeable(item)
    return item


def _demand_changeable(item: AgendaItem) -> None:
    if item.meeting:
        demand_open(item.meeting)
    else:
        demand_current(item.series)


def _place(item: AgendaItem, position: int | None) -> bool:
    """Put an item at a position, and store the order; return whether it has changed."""
    before = order_of(item)
    order = [each for each in before if each.pk != item.pk]
    now = next(place for place, each in enumerate(before) if each.pk == item.pk)
    order.insert(now if position is None else max(0, position - 1), item)
    order = consent_together(order) if item.meeting else order
    number(order)
    return [each.pk for each in order] != [each.pk for each in before]


def _moved(order: Sequence[AgendaItem], item: AgendaItem, step: int) -> list[AgendaItem]:
    """Return the order after one step of an item, or of the consent agenda with its first or last item."""
    blocks: list[list[AgendaItem]] = []
    for each in order:
        is_consent = item.meeting is not None and each.purpose == Purpose.CONSENT
        if is_consent and blocks and blocks[-1][-1].purpose == Purpose.CONSENT:
            blocks[-1].append(each)
        else:
            blocks.append([each])
    own = next(place for place, block in enumerate(blocks) if item in block)
    block = blocks[own]
    inside = block.index(item)
    if 0 <= inside + step < len(block):
        block[inside], block[inside + step] = block[inside + step], block[inside]
    elif 0 <= own + step < len(blocks):
        blocks[own], blocks[own + step] = blocks[own + step], blocks[own]
    return [each for block in blocks for each in block]


def _set(item: AgendaItem, facts: Mapping[str, Any]) -> list[str]:
    names = apply_facts(item, {name: facts[name] for name in FACTS if name in facts})
    if item.owner and item.owner.group_id != item.series.group_id:
        raise CannotChangeAgenda(_("Choose a member of this group."), field="owner")
    if item.owner and item.owner_name:
        raise CannotChangeAgenda(_("Choose a member, or enter another name, not both."), field="owner_name")
    demand_no_customer(item.series, [item.title, item.detail, item.owner_name])
    return names
