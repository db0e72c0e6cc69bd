"""To-do items of meetings: invitations, replies, groups that drift, who stays away, the page of the board."""

from meetings.todo import board_page, groups, invitations, turnout
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [
        groups.drifted(place.area, place.at),
        invitations.unread_replies(place.area),
        *turnout.missed(place),
        board_page.lacking(place.area),
    ]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    if not (place.user and place.area):
        return []
    return [invitations.unanswered(place.user, place.area, place.at), *turnout.missed(place, user=place.user)]


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
register_todo(For.STAFF, _of_staff)
