"""To-do items of meetings: invitations, agendas, minutes, action items, attendance, and the page of the board."""

from meetings.todo import actions, agendas, board_page, groups, invitations, minutes, turnout
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.seats import seats_of


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [
        groups.drifted(place.area, place.at),
        invitations.unread_replies(place.area),
        agendas.unpublished(place.area, place.at),
        agendas.suggested(place.area),
        *minutes.of_area(place.area, place.at),
        *actions.of_groups(None, place.area, place.today),
        *turnout.missed(place),
        board_page.lacking(place.area),
    ]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    if not (place.user and place.area):
        return []
    return [
        invitations.unanswered(place.user, place.area, place.at),
        agendas.unpublished_of_officer(place.user, place.area, place.at),
        minutes.to_read(place.user, place.area, place.at),
        *turnout.missed(place, user=place.user),
    ]


def _of_officer(place: TodoPlace) -> list[TodoPart]:
    return minutes.of_officer(place.user, place.area, place.at) if place.user and place.area else []


def _of_doer(place: TodoPlace) -> list[TodoPart]:
    """Return the action items of a person, their organization and the groups they run; once for all roles."""
    user, area = place.user, place.area
    made: list[bool] = place.once("action items", list)
    if made or not (user and area):
        return []
    made.append(True)
    seats = seats_of(user)
    is_staff = seats.everything or area.pk in seats.staff_area_ids
    return [
        actions.own(user, area, place.today),
        actions.of_organization(seats.partnership_ids, area, place.today),
        *([] if is_staff else actions.of_groups(user, area, place.today)),
    ]


register_todo(For.STAFF, _of_staff)
for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
    register_todo(whose, _of_doer)
for whose in (For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_officer)
