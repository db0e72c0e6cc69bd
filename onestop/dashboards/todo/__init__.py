"""To-do items of dashboards: what partners ask the staff about their engagement."""

from onestop.dashboards.todo import engagement
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [engagement.corrections_to_answer(place.area, place.at)]


register_todo(For.STAFF, _of_staff)
