"""Set up a new deployment: a state, a local area, and an invitation to its first staff."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from onestop.editing.refusals import Refused
from partners.models import Invitation, LocalArea, Membership, Role, State
from partners.people import invitations

Row = TypeVar("Row", State, LocalArea)


class CannotStart(Refused):
    """The given values are invalid, or contradict what exists already."""


@dataclass(frozen=True)
class NewArea:
    """The details of an area to be set up."""

    state_code: str
    state_name: str
    name: str
    slug: str
    board_name: str
    time_zone: str


@dataclass(frozen=True)
class Started:
    """The result of a setup; ``invitation`` is None if the first staff have accepted theirs."""

    area: LocalArea
    is_new: bool
    invitation: Invitation | None


@transaction.atomic
def start_area(given: NewArea, *, staff_email: str, staff_name: str, at: datetime) -> Started:
    """Create the state and the area unless they exist, and invite the first staff; a second run resends the invitation.

    :raises CannotStart: if a value is invalid, or the area exists with other details.
    """
    try:
        validate_email(staff_email)
    except ValidationError:
        raise CannotStart(_("%(email)s is not an email address.") % {"email": staff_email}) from None
    state = _state(given)
    area, is_new = _area(given, state)
    return Started(area, is_new, _invite_staff(area, staff_email, staff_name, at))


def _state(given: NewArea) -> State:
    state = State.objects.filter(code=given.state_code.upper()).first()
    if state is None:
        return _made(State(code=given.state_code.upper(), name=given.state_name))
    if given.state_name and state.name != given.state_name:
        names = {"code": state.code, "name": state.name, "given": given.state_name}
        raise CannotStart(_("%(code)s is recorded as %(name)s, not %(given)s.") % names)
    return state


def _area(given: NewArea, state: State) -> tuple[LocalArea, bool]:
    if given.time_zone not in zoneinfo.available_timezones():
        message = _("%(name)s is not a time zone. Example: America/Chicago.")
        raise CannotStart(message % {"name": given.time_zone})
    area = LocalArea.objects.filter(slug=given.slug).first()
    if area is None:
        board = given.board_name or f"{given.name} Workforce Board"  # no translation: saved as its name
        area = LocalArea(state=state, name=given.name, slug=given.slug, board_name=board, time_zone=given.time_zone)
        return _made(area), True
    if area.state_id != state.pk or area.name != given.name:
        names = {"slug": given.slug, "area": area.name, "state": area.state}
        raise CannotStart(_("The slug %(slug)s belongs to %(area)s, %(state)s. Choose another with --slug.") % names)
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
