"""To-do items of dashboards: what members of a board are offered."""

from onestop.dashboards.todo import board
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _of_board(place: TodoPlace) -> list[TodoPart]:
    return [board.offered(place.user, place.area, place.today)] if place.user and place.area else []


register_todo(For.BOARD, _of_board)
