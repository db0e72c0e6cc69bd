"""To-do items of agreements: signatures, terms that end, reviews that are due, broken promises, money."""

from agreements.todo import counts, funding_paying, purchases, reconciliation, signing, terms
from agreements.todo.promises import broken_promises
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.seats import seats_of


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    area, today = place.area, place.today
    return [
        *signing.stuck(area, today),
        *terms.items_of(area, today),
        broken_promises(area, today),
        *funding_paying.of_staff(area, today),
        *reconciliation.of_staff(area, today),
        counts.of_staff(area, today),
    ]


def _of_signer(place: TodoPlace) -> list[TodoPart]:
    return signing.to_sign(place.user, place.area, place.today) if place.user and place.area else []


def _of_approver(place: TodoPlace) -> list[TodoPart]:
    """Return what a person may approve, once for all roles."""
    made: list[bool] = place.once("approver", list)
    if made or not (place.user and place.area):
        return []
    made.append(True)
    return [
        *purchases.items_of_approver(place.user, place.area, place.today),
        *funding_paying.to_approve(place.user, place.area),
        reconciliation.of_approver(place.user, place.area, place.today),
    ]


def _of_manager(place: TodoPlace) -> list[TodoPart]:
    """Return what the partners that a person manages deliver, buy, answer and pay."""
    managed = seats_of(place.user).managed_partnership_ids if place.user and place.area else None
    if not managed:
        return []
    ids = frozenset(managed)
    return [
        *purchases.items_of_provider(place.area, ids, place.today),
        *purchases.items_of_purchaser(place.area, ids, place.today),
        reconciliation.of_manager(ids, place.area, place.today),
        counts.of_manager(ids, place.area, place.today),
        *funding_paying.to_pay(ids, place.area, place.today),
    ]


def _of_board(place: TodoPlace) -> list[TodoPart]:
    """Return the items of a board member who is not staff: staff have them among their own."""
    seats = seats_of(place.user)
    if place.area.pk in seats.staff_area_ids or seats.everything:
        return []
    return terms.items_of(place.area, place.today)


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_signer)
for whose in (For.STAFF, For.MANAGER):
    register_todo(whose, _of_approver)
register_todo(For.STAFF, _of_staff)
register_todo(For.MANAGER, _of_manager)
register_todo(For.BOARD, _of_board)
