"""Add action items."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import ActionItem, AgendaItem, Group, Meeting
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded

FACTS = ("text", "detail", "partnership", "user", "name", "email", "due_on", "serves")


class CannotChangeAction(Refused):
    """An action item cannot be added or changed like this."""


@recorded
def add_action(
    group: Group,
    *,
    facts: Mapping[str, Any],
    meeting: Meeting | None = None,
    item: AgendaItem | None = None,
    by: User | None,
    at: datetime,
) -> ActionItem:
    """Add an action item of a group: decided at a meeting, on one of its agenda items, or later.

    :raises CannotChangeAction: if it is nobody's, or its day has passed.
    """
    action = ActionItem(
        group=group, meeting=meeting, item=item, created_at=at, created_by=by,
        **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    if action.partnership is None and not action.name:
        raise CannotChangeAction(_("Choose an organization, or enter a person."), field="name")
    if action.due_on < at.astimezone(group.zone).date():
        raise CannotChangeAction(_("This day has passed. Enter a later day."), field="due_on")
    action.email = action.email.lower()
    action.save()
    return action
