"""To-do items of agreements: those that lapsed or expire, reviews and final funding agreements that are due."""

from agreements.todo import terms
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.seats import seats_of


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return terms.items_of(place.area, place.today)


def _of_board(place: TodoPlace) -> list[TodoPart]:
    """Return the items of a board member who is not staff: staff have them among their own."""
    seats = seats_of(place.user)
    if place.area.pk in seats.staff_area_ids or seats.everything:
        return []
    return terms.items_of(place.area, place.today)


register_todo(For.STAFF, _of_staff)
register_todo(For.BOARD, _of_board)
