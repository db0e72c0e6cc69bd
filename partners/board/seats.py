"""Add, edit, archive and restore the seats of a board."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import BoardSeat, BoardTerm, LocalArea

FACTS = ("category", "label", "is_voting", "nominated_by", "appointed_by")
LINKS = ("terms",)


class CannotKeepSeat(Refused):
    """A seat of a board cannot be changed like this."""


@recorded
def add_seat(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> BoardSeat:
    """Add a seat to the board of an area."""
    return BoardSeat.objects.create(area=area, **{name: facts[name] for name in FACTS if name in facts})


@recorded
def update_seat(
    seat: BoardSeat, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> BoardSeat:
    """Edit a seat.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepSeat: if it is archived.
    """
    seat = lock_seat(seat)
    demand_version(seat, (), version)
    if seat.is_archived:
        raise CannotKeepSeat(_("This seat is archived. Restore it before you edit it."))
    names = apply_facts(seat, {name: facts[name] for name in FACTS if name in facts})
    if names:
        seat.save(update_fields=names)
    return seat


@recorded
def archive_seat(seat: BoardSeat, *, by: User | None, at: datetime) -> None:
    """Archive a seat that the board no longer has.

    :raises CannotKeepSeat: if somebody serves in it, or will.
    """
    seat = lock_seat(seat)
    today = at.astimezone(seat.area.zone).date()
    holder = BoardTerm.objects.of(seat.area).filter(seat=seat).exclude(last_on__lt=today).order_by("from_on").first()
    if holder:
        raise CannotKeepSeat(_("%(person)s serves in this seat. End the term first.") % {"person": holder.name})
    if not seat.is_archived:
        seat.archived_at = at
        seat.save(update_fields=["archived_at"])


@recorded
def restore_seat(seat: BoardSeat, *, by: User | None, at: datetime) -> None:
    """Restore an archived seat."""
    seat = lock_seat(seat)
    if seat.is_archived:
        seat.archived_at = None
        seat.save(update_fields=["archived_at"])


def lock_seat(seat: BoardSeat) -> BoardSeat:
    """Lock the board of a seat's area, and return the seat as it is now.

    Of two who fill a seat at once, the second sees the first; and of two who end the terms of one person in two seats,
    the second sees that none is left.
    """
    LocalArea.objects.select_for_update(no_key=True).get(pk=seat.area_id)
    return BoardSeat.objects.select_related("area__state").get(pk=seat.pk)
