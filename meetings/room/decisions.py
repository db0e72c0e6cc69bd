"""Decisions of a meeting, by a motion or without one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.groups.groups import demand_no_personal_data
from meetings.models import Decision, Meeting, Motion
from meetings.room.locking import CannotRecord, lock_open
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded

FACTS = ("text", "item", "serves")


@recorded
def add_decision(meeting: Meeting, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Decision:
    """Record a decision without a motion.

    :raises CannotRecord: if the meeting is not open, or the item is not of it.
    """
    record = lock_open(meeting)
    decision = Decision(
        meeting=meeting, at=at, recorded_by=by, **{name: facts[name] for name in FACTS if name in facts}
    )
    _check(decision, is_support_team=record.meeting.group.is_support_team)
    decision.save()
    return decision


@recorded
def update_decision(
    decision: Decision, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Decision:
    """Change the words of a decision, its item, or what it serves.

    :raises ChangedMeanwhile: if somebody else has saved since ``version``.
    :raises CannotRecord: if the meeting is not open.
    """
    record = lock_open(decision.meeting)
    decision = Decision.objects.get(pk=decision.pk)
    demand_version(decision, (), version)
    for name in FACTS:
        if name in facts:
            setattr(decision, name, facts[name])
    _check(decision, is_support_team=record.meeting.group.is_support_team)
    decision.save()
    return decision


@recorded
def remove_decision(decision: Decision, *, by: User | None, at: datetime) -> None:
    """Remove a decision that was recorded by mistake.

    :raises CannotRecord: if the meeting is not open, or a carried motion made the decision.
    """
    lock_open(decision.meeting)
    decision = Decision.objects.select_related("motion").get(pk=decision.pk)
    if decision.motion and decision.motion.state == Motion.State.CARRIED:
        raise CannotRecord(_("A carried motion made this decision. Reopen the motion to take it back."))
    if not decision.is_archived:
        _set_archived(decision, at)


@recorded
def restore_decision(decision: Decision, *, by: User | None, at: datetime) -> None:
    """Undo the removal of a decision.

    :raises CannotRecord: if the meeting is not open, or its motion was reopened.
    """
    lock_open(decision.meeting)
    decision = Decision.objects.select_related("motion").get(pk=decision.pk)
    if decision.motion and decision.motion.state != Motion.State.CARRIED:
        raise CannotRecord(_("The motion of this decision was not carried."))
    _set_archived(decision, None)


def record_decision_of(motion: Motion, *, by: User | None, at: datetime) -> None:
    """Record what a carried motion decided; its item and words are those of the motion."""
    Decision.objects.update_or_create(
        motion=motion,
        defaults={
            "meeting": motion.meeting, "item": motion.item, "text": motion.text, "at": at, "recorded_by": by,
            "archived_at": None,
        },
    )  # fmt: skip


def withdraw_decision_of(motion: Motion, *, at: datetime) -> None:
    """Take back what a motion decided that is decided anew."""
    Decision.objects.filter(motion=motion, archived_at=None).update(archived_at=at)


def _set_archived(decision: Decision, at: datetime | None) -> None:
    decision.archived_at = at
    decision.save(update_fields=["archived_at"])


def _check(decision: Decision, *, is_support_team: bool) -> None:
    if not decision.text:
        raise CannotRecord(_("Enter what was decided."), field="text")
    if decision.item and decision.item.meeting_id != decision.meeting_id:
        raise CannotRecord(_("This item is on another agenda."), field="item")
    if is_support_team:
        demand_no_personal_data(decision.text)
