"""To-do items of meetings: invitations and questions without an answer, replies to look at, groups that drift."""

from collections.abc import Callable

from meetings.todo import groups, invitations, questions
from onestop.ui.todo import For, TodoPart, TodoPlace, register_todo


def _once(place: TodoPlace, name: str, make: Callable[[], list[TodoPart]]) -> list[TodoPart]:
    """Return the items of a person who has several roles once."""
    made: list[bool] = place.once(name, list)
    if made or not (place.user and place.area):
        return []
    made.append(True)
    return make()


def _of_staff(place: TodoPlace) -> list[TodoPart]:
    return [
        groups.drifted(place.area, place.at),
        invitations.unread_replies(place.area),
        questions.to_answer_as_staff(place.area, place.at),
        questions.to_accept_as_staff(place.area),
        questions.overdue(place.area, place.at),
    ]


def _of_guest(place: TodoPlace) -> list[TodoPart]:
    return _once(place, "invitations to meetings", lambda: [invitations.unanswered(place.user, place.area, place.at)])


def _of_person(place: TodoPlace) -> list[TodoPart]:
    return _once(
        place,
        "questions",
        lambda: [
            questions.to_answer(place.user, place.area, place.at),
            questions.to_accept(place.user, place.area),
        ],
    )


for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_guest)
    register_todo(whose, _of_person)
register_todo(For.STAFF, _of_staff)
