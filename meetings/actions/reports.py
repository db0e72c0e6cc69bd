"""What whoever does an action item reports: done, progress, or that another day is needed; signed in or by a link."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from meetings.actions import telling
from meetings.actions.actions import (
    CannotChangeAction,
    check_day,
    close,
    demand_no_customer,
    demand_open,
    lock_action,
    note,
)
from meetings.models import ActionItem, ActionLink, ActionUpdate
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

Kind, Status, Via = ActionUpdate.Kind, ActionItem.Status, ActionUpdate.Via


class Report(models.TextChoices):
    """What somebody reports."""

    DONE = "done", gettext_lazy("It is done")
    PROGRESS = "progress", gettext_lazy("Progress")
    DAY = "day", gettext_lazy("Another day")


@recorded
def mark_done(action: ActionItem, *, outcome: str = "", by: User, at: datetime) -> ActionItem:
    """Mark an action item as done, with what came of it.

    :raises CannotChangeAction: if it is removed or closed already, or names the customer of a support team.
    """
    return _report(action, {"report": Report.DONE, "text": outcome}, {"by": by}, at=at)


@recorded
def report_progress(action: ActionItem, *, text: str, by: User, at: datetime) -> ActionItem:
    """Record progress on an action item; the same words sent twice count once.

    :raises CannotChangeAction: if it is removed or closed, there are no words, or they name a customer.
    """
    return _report(action, {"report": Report.PROGRESS, "text": text}, {"by": by}, at=at)


@recorded
def ask_for_day(action: ActionItem, *, due_on: date | None, text: str = "", by: User, at: datetime) -> ActionItem:
    """Ask those who run the group for a later day.

    :raises CannotChangeAction: if it is removed or closed, or there is no day, or not a later one.
    """
    return _report(action, {"report": Report.DAY, "text": text, "due_on": due_on}, {"by": by}, at=at)


@recorded
def report_by_link(link: ActionLink, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> ActionItem:
    """Record what the holder of a link reports, under the name of that person.

    :raises LinkIsOver: if the link no longer works: expired, or the item was reassigned or removed.
    :raises CannotChangeAction: as the verbs of somebody who is signed in.
    """
    with signed_by_link(link):
        # Lock: the item before its link, as everybody else who changes it.
        action = lock_action(link.action)
        link = lock_open(link, at)
        link.action = action
        done = _report(action, facts, {"by": by, "name": link.name, "via": Via.LINK}, at=at)
        note_answered(link, at)
        return done


def _report(action: ActionItem, facts: Mapping[str, Any], who: Mapping[str, Any], *, at: datetime) -> ActionItem:
    action = lock_action(action)
    demand_open(action)
    text = str(facts.get("text") or "").strip()
    demand_no_customer(action.group, text)
    if facts["report"] == Report.DONE:
        close(action, Status.DONE, text, at=at)
        note(action, Kind.DONE, text, at=at, **who)
    elif facts["report"] == Report.DAY:
        _ask(action, facts.get("due_on"), text, who, at=at)
    elif not text:
        raise CannotChangeAction(_("Enter what was done so far."), field="text")
    elif not _is_said(action, text, who):
        note(action, Kind.PROGRESS, text, at=at, **who)
    return action


def _ask(action: ActionItem, due_on: date | None, text: str, who: Mapping[str, Any], *, at: datetime) -> None:
    if due_on is None:
        raise CannotChangeAction(_("Enter the day that you need."), field="due_on")
    check_day(action, due_on, at, "due_on")
    if due_on <= action.due_on:
        raise CannotChangeAction(_("It is due later than that already. Enter a later day."), field="due_on")
    if action.asked_due_on == due_on:
        return  # sent twice
    action.asked_due_on = due_on
    action.save(update_fields=["asked_due_on"])
    telling.tell_asked(note(action, Kind.ASKED, text, asked_due_on=due_on, at=at, **who), at=at)


def _is_said(action: ActionItem, text: str, who: Mapping[str, Any]) -> bool:
    """Return whether the last report has the same words of the same person: the form was sent twice."""
    last = action.updates.order_by("-at", "-pk").first()
    name = who.get("name") or who["by"].name
    return last is not None and last.kind == Kind.PROGRESS and (last.text, last.name) == (text, name)
