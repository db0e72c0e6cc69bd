"""To-do items of meetings: invitations, replies, groups that drift, who stays away, the page of the board."""

from meetings.todo import board_page, groups, invitations, turnout
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.seats import seats_of


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [
        groups.drifted(place.area, place.at),
        invitations.unread_replies(place.area),
        *turnout.missed(place),
        board_page.lacking(place.area),
    ]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    return [invitations.unanswered(place.user, place.area, place.at)] if place.user and place.area else []


def _of_officer(place: TodoPlace) -> list[TodoPart]:
    """Return the items of somebody who runs groups and is not staff: staff have them among their own."""
    if not (place.user and place.area):
        return []
    seats = seats_of(place.user)
    is_staff = seats.everything or place.area.pk in seats.staff_area_ids
    return [] if is_staff else turnout.missed(place, user=place.user)


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
for whose in (For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_officer)
register_todo(For.STAFF, _of_staff)
