"""How a real agency begins: its state, its area, and its first staff."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from onestop.editing.refusals import Refused
from partners.models import Invitation, LocalArea, Membership, Role, State
from partners.people import invitations

Row = TypeVar("Row", State, LocalArea)


class CannotStart(Refused):
    """What was given does not fit what is there, or makes no sense; the words say what."""


@dataclass(frozen=True)
class NewArea:
    """What is known of an area before anybody is in it."""

    state_code: str
    state_name: str
    name: str
    slug: str
    board_name: str
    time_zone: str


@dataclass(frozen=True)
class Started:
    """What is there now. No invitation, if the first staff have accepted theirs."""

    area: LocalArea
    is_new: bool
    invitation: Invitation | None


@transaction.atomic
def start_area(given: NewArea, *, staff_email: str, staff_name: str, at: datetime) -> Started:
    """Make the state and the area, unless they are there, and invite the first staff; once more, sends it again.

    :raises CannotStart: if something is wrong, or the area is there with other facts.
    """
    try:
        validate_email(staff_email)
    except ValidationError:
        raise CannotStart(f"{staff_email} is no e-mail address.") from None
    state = _state(given)
    area, is_new = _area(given, state)
    return Started(area, is_new, _invite_staff(area, staff_email, staff_name, at))


def _state(given: NewArea) -> State:
    state = State.objects.filter(code=given.state_code.upper()).first()
    if state is None:
        return _made(State(code=given.state_code.upper(), name=given.state_name))
    if given.state_name and state.name != given.state_name:
        raise CannotStart(f"{state.code} is known as {state.name}, not {given.state_name}.")
    return state


def _area(given: NewArea, state: State) -> tuple[LocalArea, bool]:
    if given.time_zone not in zoneinfo.available_timezones():
        raise CannotStart(f"{given.time_zone} is no time zone; America/Chicago is one.")
    area = LocalArea.objects.filter(slug=given.slug).first()
    if area is None:
        board = given.board_name or f"{given.name} Workforce Board"
        area = LocalArea(state=state, name=given.name, slug=given.slug, board_name=board, time_zone=given.time_zone)
        return _made(area), True
    if area.state_id != state.pk or area.name != given.name:
        raise CannotStart(f"The address {given.slug} belongs to {area.name}, {area.state}. Choose another with --slug.")
    return area, False


def _made(row: Row) -> Row:
    try:
        row.full_clean()
    except ValidationError as problem:
        raise CannotStart(" ".join(problem.messages)) from None
    row.save()
    return row


def _invite_staff(area: LocalArea, email: str, name: str, at: datetime) -> Invitation | None:
    if Membership.objects.current().filter(area=area, role=Role.STAFF, user__email=email.strip().lower()).exists():
        return None
    try:
        return invitations.invite(email=email, name=name, role=Role.STAFF, place=area, by=None, at=at)
    except invitations.AlreadyInvited as problem:
        try:
            return invitations.resend(problem.invitation, by=None, at=at)
        except invitations.CannotResend:
            return problem.invitation
    except invitations.CannotInvite as problem:
        raise CannotStart(str(problem)) from problem
