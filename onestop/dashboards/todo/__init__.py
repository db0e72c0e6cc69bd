"""To-do items of dashboards: what partners ask the staff, and what members of a board are offered."""

from onestop.dashboards.todo import board, engagement
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [engagement.corrections_to_answer(place.area, place.at)]


def _of_board(place: TodoPlace) -> list[TodoPart]:
    return [board.offered(place.user, place.area, place.today)] if place.user and place.area else []


register_todo(For.STAFF, _of_staff)
register_todo(For.BOARD, _of_board)
