"""To-do items of meetings: invitations without an answer, replies to look at, groups that drift, agendas to publish."""

from meetings.todo import agendas, groups, invitations
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [
        groups.drifted(place.area, place.at),
        invitations.unread_replies(place.area),
        agendas.unpublished(place.area, place.at),
        agendas.suggested(place.area),
    ]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    if not (place.user and place.area):
        return []
    return [
        invitations.unanswered(place.user, place.area, place.at),
        agendas.unpublished_of_officer(place.user, place.area, place.at),
    ]


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
register_todo(For.STAFF, _of_staff)
