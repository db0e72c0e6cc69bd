"""Add, edit, reassign, move, close, reopen and remove action items.

Whoever gets an item is told ten minutes later, of all that they got meanwhile at once (see ``telling``).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from meetings.actions import telling
from meetings.models import ActionItem, ActionUpdate, AgendaItem, Group, Meeting
from onestop.accounts.models import User
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("text", "detail", "partnership", "user", "name", "email", "due_on", "serves")
WAITS = timedelta(minutes=10)
Kind, Status, Via = ActionUpdate.Kind, ActionItem.Status, ActionUpdate.Via


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

    :raises CannotChangeAction: if it is nobody's, its day has passed, or the group is archived or a support team whose
        customer it may name.
    """
    if group.is_archived:
        raise CannotChangeAction(_("This group is archived. Restore it first."))
    action = ActionItem(
        group=group, meeting=meeting, item=item, created_at=at, created_by=by, assigned_at=at,
        **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    _check(action)
    _demand_day_to_come(action, action.due_on, at)
    action.tell_at = _tell_at(action, by, at)
    action.save()
    return action


@recorded
def update_action(
    action: ActionItem, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ActionItem:
    """Edit an action item: what is to be done, by whom, until when.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeAction: if it is removed or closed, would be nobody's, or its new day has passed.
    """
    action = lock_action(action)
    demand_version(action, (), version)
    demand_open(action)
    whose, due_before = whose_is(action), action.due_on
    changed = apply_facts(action, {name: facts[name] for name in FACTS if name in facts})
    _check(action)
    if action.due_on != due_before:
        _demand_day_to_come(action, action.due_on, at)
        action.asked_due_on = None
    is_new = whose_is(action) != whose
    if is_new:
        action.assigned_at, action.tell_at, action.asked_due_on = at, _tell_at(action, by, at), None
    if changed:
        action.save()
    if is_new:
        note(action, Kind.REASSIGNED, who=action.who, by=by, at=at)
    if action.due_on != due_before:
        moved = note(action, Kind.MOVED, due_before=due_before, by=by, at=at)
        if action.tell_at is None:  # else the mail to its new person says the day
            telling.tell_day(moved, at=at)
    return action


@recorded
def move_due_day(action: ActionItem, *, due_on: date, text: str = "", by: User | None, at: datetime) -> ActionItem:
    """Move the day by which an action item is due; the day before stays in its history.

    :raises CannotChangeAction: if it is removed or closed, or the day has passed.
    """
    action = lock_action(action)
    demand_open(action)
    if due_on == action.due_on:
        return action
    _demand_day_to_come(action, due_on, at)
    due_before, action.due_on, action.asked_due_on = action.due_on, due_on, None
    action.save(update_fields=["due_on", "asked_due_on"])
    telling.tell_day(note(action, Kind.MOVED, text, due_before=due_before, by=by, at=at), at=at)
    return action


@recorded
def keep_due_day(action: ActionItem, *, text: str = "", by: User | None, at: datetime) -> ActionItem:
    """Decline the other day that was asked for; if nobody asks any longer, nothing changes.

    :raises CannotChangeAction: if it is removed or closed.
    """
    action = lock_action(action)
    demand_open(action)
    if action.asked_due_on is None:
        return action
    asked, action.asked_due_on = action.asked_due_on, None
    action.save(update_fields=["asked_due_on"])
    telling.tell_day(note(action, Kind.KEPT, text, asked_due_on=asked, by=by, at=at), at=at)
    return action


@recorded
def drop_action(action: ActionItem, *, reason: str, by: User | None, at: datetime) -> ActionItem:
    """Drop an action item that is no longer needed.

    :raises CannotChangeAction: if there is no reason, or it is removed or closed.
    """
    action = lock_action(action)
    demand_open(action)
    if not reason.strip():
        raise CannotChangeAction(_("Enter why it is no longer needed."), field="reason")
    demand_no_customer(action.group, reason)
    close(action, Status.DROPPED, reason, at=at)
    note(action, Kind.DROPPED, reason, by=by, at=at)
    return action


@recorded
def reopen_action(action: ActionItem, *, by: User | None, at: datetime) -> ActionItem:
    """Open an action item again that was done or dropped too early.

    :raises CannotChangeAction: if it is removed.
    """
    action = lock_action(action)
    _demand_current(action)
    if action.is_open:
        return action  # sent twice
    action.status, action.outcome, action.closed_at = Status.OPEN, "", None
    action.save(update_fields=["status", "outcome", "closed_at"])
    note(action, Kind.REOPENED, by=by, at=at)
    return action


@recorded
def archive_action(action: ActionItem, *, by: User | None, at: datetime) -> None:
    """Remove an action item that was added by mistake."""
    action = lock_action(action)
    if not action.is_archived:
        action.archived_at = at
        action.save(update_fields=["archived_at"])


@recorded
def restore_action(action: ActionItem, *, by: User | None, at: datetime) -> None:
    """Restore an action item that was removed."""
    action = lock_action(action)
    if action.is_archived:
        action.archived_at = None
        action.save(update_fields=["archived_at"])


# ---------------------------------------------------------------- What verbs share
def lock_action(action: ActionItem) -> ActionItem:
    """Lock an action item and return it as it is now, in the running transaction."""
    # Lock: of two who close it at once, the second sees that it is closed.
    rows = ActionItem.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("group__area__state", "group__state", "partnership__organization", "user").get(
        pk=action.pk
    )


def demand_open(action: ActionItem) -> None:
    """Refuse to change an action item that is removed, done or dropped.

    :raises CannotChangeAction: then.
    """
    _demand_current(action)
    if action.status == Status.DONE:
        raise CannotChangeAction(_("This action item is already done. Reopen it to change it."))
    if action.status == Status.DROPPED:
        raise CannotChangeAction(_("This action item was dropped. Reopen it to change it."))


def close(action: ActionItem, status: str, outcome: str, *, at: datetime) -> None:
    """Close a locked action item."""
    action.status, action.outcome, action.closed_at, action.asked_due_on = status, outcome.strip(), at, None
    action.save(update_fields=["status", "outcome", "closed_at", "asked_due_on"])


def note(action: ActionItem, kind: str, text: str = "", *, by: User | None, at: datetime, **more: Any) -> ActionUpdate:
    """Record what became of a locked action item; by a link its holder's name is given."""
    given = {"name": by.name if by else _("the portal"), "via": Via.PAGE} | more
    return action.updates.create(
        kind=kind, text=text.strip(), status=action.status, due_on=action.due_on, by=by, at=at, **given
    )


def whose_is(action: ActionItem) -> tuple[Any, ...]:
    """Return what says whose an action item is."""
    if action.user_id is not None:
        return action.partnership_id, action.user_id
    return action.partnership_id, None, action.name, action.email


def check_day(action: ActionItem, day: date, at: datetime, field: str) -> None:
    """Refuse a day that has passed where the group is.

    :raises CannotChangeAction: then.
    """
    if day < at.astimezone(action.group.zone).date():
        raise CannotChangeAction(_("This day has passed. Enter a later day."), field=field)


def _demand_day_to_come(action: ActionItem, day: date, at: datetime) -> None:
    check_day(action, day, at, "due_on")


def _check(action: ActionItem) -> None:
    """Check whose it is; a person with an account goes by the name and address of the account."""
    if action.user is not None:
        action.name, action.email = action.user.name, action.user.email
    action.email = action.email.lower()
    if action.partnership is None and not action.name:
        raise CannotChangeAction(_("Choose an organization, or enter a person."), field="name")
    if action.email and not action.name:
        raise CannotChangeAction(_("Enter the name of the person, too."), field="name")
    demand_no_customer(action.group, action.text, action.detail)


def demand_no_customer(group: Group, *texts: str) -> None:
    """Refuse what may name the customer of a support team.

    :raises CannotChangeAction: then.
    """
    if group.is_support_team and (found := find_personal_data(texts)):
        words = _("%(finding)s. A support team has a number, and never the name of a customer.")
        raise CannotChangeAction(words % {"finding": found[0]})


def _demand_current(action: ActionItem) -> None:
    if action.is_archived:
        raise CannotChangeAction(_("This action item was removed. Restore it first."))


def _tell_at(action: ActionItem, by: User | None, at: datetime) -> datetime | None:
    """Return when its person is told: not at all if they took it on themselves."""
    return None if by is not None and action.belongs_to(by) else at + WAITS
