"""To-do items of meetings: invitations without an answer, replies to look at, groups that drift, trainings."""

from meetings.todo import groups, invitations, trainings
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo
from partners.seats import seats_of


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [groups.drifted(place.area, place.at), invitations.unread_replies(place.area)]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    return [invitations.unanswered(place.user, place.area, place.at)] if place.user and place.area else []


def _trainings_of_staff(place: TodoPlace) -> list[TodoPart]:
    return [trainings.to_record(place.area, place.at), trainings.overdue_in_area(place.area, place.at)]


def _trainings_of_partner(place: TodoPlace) -> list[TodoPart]:
    """Return what a partner's people are asked after trainings, and what is overdue in groups that they run."""
    return _trainings_owed(place) + _trainings_of_officer(place)


def _trainings_owed(place: TodoPlace) -> list[TodoPart]:
    own = seats_of(place.user).partnership_ids if place.area else frozenset()
    return [trainings.answers_owed(place.area, own, place.at)] if own else []


def _trainings_of_officer(place: TodoPlace) -> list[TodoPart]:
    """Return what is overdue in the groups that a person runs; staff have it among the items of the area."""
    if not place.user or not place.area or place.area.pk in seats_of(place.user).staff_area_ids:
        return []
    return [trainings.overdue_of_officer(place.user, place.area, place.at)]


def _trainings_of_board(place: TodoPlace) -> list[TodoPart]:
    """Return the same for members of the board; who also belongs to a partner has it among the items of the partner."""
    own = bool(place.area) and place.area.pk in seats_of(place.user).partner_area_ids
    return [] if own else _trainings_of_officer(place)


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
register_todo(For.STAFF, _of_staff)
register_todo(For.STAFF, _trainings_of_staff)
register_todo(For.MANAGER, _trainings_of_partner)
register_todo(For.REPRESENTATIVE, _trainings_of_partner)
register_todo(For.BOARD, _trainings_of_board)
