"""To-do items of meetings: of the staff of an area, and of each person, who may belong to or run some groups."""

from meetings.todo import (
    actions,
    agendas,
    board_page,
    goals,
    groups,
    invitations,
    minutes,
    plans,
    questions,
    raised,
    trainings,
    turnout,
    values,
)
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
        questions.to_answer_as_staff(place.area, place.at),
        questions.to_accept_as_staff(place.area),
        questions.overdue(place.area, place.at),
        trainings.to_record(place.area, place.at),
        trainings.overdue_in_area(place.area, place.at),
        *plans.of_area(place.area, place.today),
        goals.overdue(place.area, place.today),
        values.not_affirmed(place.area, place.at),
        raised.to_send(place.area),
    ]


def _of_person(place: TodoPlace) -> list[TodoPart]:
    """Return what waits for a person, once for all roles; what staff see of all groups, not again of their own."""
    user, area, at, today = place.user, place.area, place.at, place.today
    made: list[bool] = place.once("meetings", list)
    if made or not (user and area):
        return []
    made.append(True)
    seats = seats_of(user)
    own: list[TodoPart] = [
        invitations.unanswered(user, area, at),
        minutes.to_read(user, area, at),
        actions.own(user, area, today),
        actions.of_organization(seats.partnership_ids, area, today),
        questions.to_answer(user, area, at),
        questions.to_accept(user, area),
        values.to_affirm(user, area, at),
        *([trainings.answers_owed(area, seats.partnership_ids, at)] if seats.partnership_ids else []),
        *([plans.to_consent(area, seats.managed_partnership_ids)] if seats.managed_partnership_ids else []),
        *([goals.to_report(seats.partnership_ids, area, today)] if seats.partnership_ids else []),
    ]
    if seats.everything or area.pk in seats.staff_area_ids:
        return own
    return [
        *own,
        agendas.unpublished_of_officer(user, area, at),
        *minutes.of_officer(user, area, at),
        *actions.of_groups(user, area, today),
        *turnout.missed(place, user=user),
        trainings.overdue_of_officer(user, area, at),
    ]


def _of_state(place: TodoPlace) -> list[TodoPart]:
    if place.state is None:
        return []
    return [*plans.of_state(place.state, place.today), raised.to_answer(place.state, place.at)]


register_todo(For.STAFF, _of_staff)
register_todo(For.STATE, _of_state)
for whose in (For.STAFF, For.MANAGER, For.REPRESENTATIVE, For.BOARD):
    register_todo(whose, _of_person)
