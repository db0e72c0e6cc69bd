"""Approve minutes by a motion: at the screen of a meeting, or recorded afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import ngettext

from meetings.minutes.drafting import CannotKeepMinutes, lock_minutes
from meetings.models import Meeting, Minutes, MinutesCorrection, Motion
from meetings.scheduling.locking import lock_meeting
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

MOTION_FACTS = ("text", "mover_name", "seconder_name", "method", "yes", "no", "abstain")


class CannotApprove(CannotKeepMinutes):
    """Minutes cannot be approved like this."""


@recorded
def approve_minutes(minutes: Minutes, *, motion: Motion, by: User | None, at: datetime) -> Minutes:
    """Make minutes final by a motion that was carried; who decides the motion calls this in the same transaction.

    Minutes that were never sent for correction may be approved too: some groups read them out at the meeting. The
    members may read them from then on.

    :raises CannotApprove: if they are approved already, the motion was not carried, belongs to another group or an
        earlier meeting, or approves other minutes; or if a correction has no answer, as the text never changes again.
    """
    # Lock: of two motions that approve the same minutes, the second one is refused.
    minutes = lock_minutes(minutes)
    if why := why_not_approved(minutes):
        raise CannotApprove(why)
    _check(minutes, motion)
    minutes.status, minutes.approved_by, minutes.approved_at = Minutes.Status.APPROVED, motion, at
    if minutes.audience == Minutes.Audience.KEEPERS:
        minutes.audience = Minutes.Audience.GROUP
    minutes.save(update_fields=["status", "approved_by", "approved_at", "audience"])
    return minutes


def why_not_approved(minutes: Minutes) -> str:
    """Return why minutes cannot be approved now, whatever the motion; "" if they can. One query."""
    if minutes.is_approved:
        return _("These minutes are approved already.")
    open_ = minutes.corrections.filter(state=MinutesCorrection.State.OPEN).count()
    if open_:
        words = ngettext(
            "%(number)d correction has no answer. Answer it before the minutes are approved.",
            "%(number)d corrections have no answer. Answer them before the minutes are approved.",
            open_,
        )
        return words % {"number": open_}
    return ""


def _check(minutes: Minutes, motion: Motion) -> None:
    if motion.state != Motion.State.CARRIED:
        raise CannotApprove(_("Minutes are approved by a motion that was carried."))
    if motion.meeting.group_id != minutes.meeting.group_id:
        raise CannotApprove(_("Minutes are approved by a motion of the same group."))
    if motion.meeting.starts_at < minutes.meeting.starts_at:
        raise CannotApprove(_("Minutes are approved at the same meeting or a later one."), field="meeting")
    if motion.approves_id not in (None, minutes.pk) or Minutes.objects.filter(approved_by=motion).exists():
        raise CannotApprove(_("This motion approves other minutes. Record a motion for each."), field="motion")


@recorded
def record_approval(
    minutes: Minutes,
    *,
    meeting: Meeting,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> Minutes:
    """Record afterwards that minutes were approved at a meeting, by a motion that is described.

    :raises CannotApprove: as ``approve_minutes``; also if nobody moved, the mover seconded, or the noes have it.
    """
    # Lock: a motion recorded at the same moment has another number.
    meeting = lock_meeting(meeting)
    minutes = lock_minutes(minutes)
    if meeting.starts_at > at or meeting.is_canceled:
        raise CannotApprove(_("Choose a meeting that has taken place."), field="meeting")
    given = {name: facts[name] for name in MOTION_FACTS if name in facts}
    if not given.get("mover_name"):
        raise CannotApprove(_("Enter who made the motion."), field="mover_name")
    if given["mover_name"].casefold() == given.get("seconder_name", "").casefold():
        raise CannotApprove(_("Somebody else than the mover seconds a motion."), field="seconder_name")
    if (given.get("yes") or 0) <= (given.get("no") or 0) and given.get("no"):
        raise CannotApprove(_("With these votes the motion failed."), field="no")
    number = (Motion.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"] or 0) + 1
    decided_at = min(meeting.ends_at, at)
    motion = Motion.objects.create(
        meeting=meeting, number=number, state=Motion.State.CARRIED, approves=minutes, made_at=decided_at,
        decided_at=decided_at, **given,
    )  # fmt: skip
    return approve_minutes(minutes, motion=motion, by=by, at=at)


def motions_to_choose(minutes: Minutes) -> Any:
    """Return the carried motions of later meetings of the group that may have approved minutes, the latest first."""
    rows = Motion.objects.filter(
        Q(approves=None) | Q(approves=minutes), meeting__group=minutes.meeting.group_id,
        meeting__starts_at__gt=minutes.meeting.starts_at, state=Motion.State.CARRIED, approved_minutes=None,
    )  # fmt: skip
    return rows.select_related("meeting__series").order_by("-meeting__starts_at", "number")


def meetings_to_choose(minutes: Minutes, at: datetime) -> Any:
    """Return the meetings of the group at which minutes may have been approved, the latest first."""
    rows = Meeting.objects.on_calendar().filter(
        group=minutes.meeting.group_id, starts_at__gte=minutes.meeting.starts_at, starts_at__lte=at
    )
    return rows.select_related("series").order_by("-starts_at", "-pk")
