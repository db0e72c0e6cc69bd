"""To-do items of the partner network: of staff in their area, of a partner's people, of a state's administrator.

A function returns its items, or a ``SmallQuery`` that makes them: first pages read those together, in one query,
whatever the number of items. Long lists are one item with their length.
"""

from django.urls import reverse

from onestop.notices.models import name_of
from onestop.notices.todo import todo_of_outbox, todo_of_replies
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.network.summary import AreaNetwork, network_of
from partners.seats import seats_of
from partners.todo import board, people, practices, searches, upkeep
from partners.todo import coverage as gaps
from partners.todo.upkeep import services_to_confirm

__all__ = ["network_at", "services_to_confirm"]


def network_at(place: TodoPlace) -> AreaNetwork:
    """Return the network of the place's area today, read once for a page."""
    return place.once("network", lambda: network_of(place.area, today=place.today))


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    network, area, at = network_at(place), place.area, place.at
    coverage = network.coverage
    return [
        upkeep.unconfirmed_services(area, at),
        upkeep.changes_to_decide(area),
        upkeep.spanish_behind(area),
        *todo_of_replies(name_of(area), reverse("partners:notice_reply_list", args=[area.slug])),
        people.expired_invitations(area, at),
        upkeep.open_imports(area),
        gaps.missing_in(coverage),
        people.without_a_voice(area, network.partners),
        upkeep.terms_to_approve(area),
        searches.asked_in_vain(area, at),
        upkeep.centers_to_review(coverage.centers, place.today),
        practices.checks_due(area, at),
        *_of_its_board(place, keeps=True),
        *todo_of_outbox(name_of(area), reverse("partners:notice_list", args=[area.slug]), at=at),
        people.not_reached(area),
    ]


def _of_its_board(place: TodoPlace, *, keeps: bool) -> list[TodoPart]:
    return [
        board.vacant_seats(place.area, place.today, keeps=keeps),
        board.ending_terms(place.area, place.today, keeps=keeps),
    ]


def _of_board(place: TodoPlace) -> list[TodoPart]:
    """Return the items of a WIB member who is not staff: staff have them among their own."""
    seats = seats_of(place.user)
    if place.area.pk in seats.staff_area_ids or seats.everything:
        return []
    return _of_its_board(place, keeps=False)


def _of_manager(place: TodoPlace) -> list[TodoPart]:
    """Return the items of a manager in an area, besides services to confirm."""
    seats = seats_of(place.user)
    own = people.of_own(place.user, place.area)
    if place.area.pk in seats.staff_area_ids or seats.everything:  # staff have the others among the items of the area
        return [own]
    return [
        upkeep.changes_to_decide(place.area, seats.managed_partnership_ids),
        upkeep.spanish_behind(place.area, seats.managed_partnership_ids),
        own,
        practices.checks_to_record(place.area, seats.partnership_ids, place.at),
    ]


def _of_representative(place: TodoPlace) -> list[TodoPart]:
    """Return the items of a representative who manages no partner in the area."""
    seats = seats_of(place.user)
    if place.area is None or place.area.pk in seats.managed_area_ids | seats.staff_area_ids or seats.everything:
        return []
    return [practices.checks_to_record(place.area, seats.partnership_ids, place.at)]


def _of_state(place: TodoPlace) -> list[TodoPart]:
    return [upkeep.organization_changes_to_decide(place.state)]


register_todo(For.STAFF, _of_staff)
register_todo(For.MANAGER, _of_manager)
register_todo(For.REPRESENTATIVE, _of_representative)
register_todo(For.BOARD, _of_board)
register_todo(For.STATE, _of_state)
