"""Motions: who made them, how the seats voted, and what became of them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from meetings.groups.groups import demand_no_personal_data
from meetings.minutes.approval import approve_minutes
from meetings.models import Attendance, Meeting, MeetingRecord, Minutes, Motion, Vote
from meetings.room.decisions import record_decision_of, withdraw_decision_of
from meetings.room.locking import CannotRecord, RecordedMeanwhile, lock_open
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded

State, Method, Cast = Motion.State, Motion.Method, Vote.Cast
FACTS = ("text", "item", "mover", "seconder", "method", "approves")  # mover and seconder: rows of the roll
COUNTS = ("yes", "no", "abstain")


# ---------------------------------------------------------------- Making
@recorded
def add_motion(meeting: Meeting, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Motion:
    """Record a motion that somebody made.

    :raises CannotRecord: if the meeting is not open, the same seat moved and seconded it, or the minutes that it names
        cannot be approved.
    """
    record = lock_open(meeting)
    number = (meeting.motions.aggregate(last=Max("number"))["last"] or 0) + 1
    motion = Motion(meeting=meeting, number=number, made_at=at)
    _set_facts(motion, facts, record)
    motion.save()
    return motion


@recorded
def update_motion(
    motion: Motion, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Motion:
    """Change an open motion: its words, who made it, how it is voted on.

    :raises ChangedMeanwhile: if somebody else has saved since ``version``.
    :raises CannotRecord: if the meeting is not open, or it was decided.
    """
    record, motion = _lock(motion)
    demand_version(motion, (), version)
    _set_facts(motion, facts, record)
    motion.save()
    return motion


def _set_facts(motion: Motion, facts: Mapping[str, Any], record: MeetingRecord) -> None:
    for name in ("text", "item", "method", "approves"):
        if name in facts:
            setattr(motion, name, facts[name])
    for name in ("mover", "seconder"):
        row: Attendance | None = facts.get(name)
        if name in facts:
            setattr(motion, name, row.seat if row else None)
            setattr(motion, f"{name}_name", row.name if row else "")
    if not motion.text:
        raise CannotRecord(_("Enter the motion."), field="text")
    if motion.mover_id and motion.mover_id == motion.seconder_id:
        raise CannotRecord(_("Another seat must second the motion."), field="seconder")
    if motion.item and motion.item.meeting_id != motion.meeting_id:
        raise CannotRecord(_("This item is on another agenda."), field="item")
    if motion.approves and motion.approves not in minutes_to_approve(record.meeting):
        raise CannotRecord(_("These minutes cannot be approved here."), field="approves")
    if record.meeting.group.is_support_team:
        demand_no_personal_data(motion.text)


def minutes_to_approve(meeting: Meeting) -> list[Minutes]:
    """Return the minutes of earlier meetings of the group that were sent for correction and are not approved."""
    rows = Minutes.objects.filter(
        meeting__group=meeting.group_id, meeting__starts_at__lt=meeting.starts_at, status=Minutes.Status.CIRCULATED
    )
    return list(rows.exclude(meeting=meeting.pk).select_related("meeting__series").order_by("-meeting__starts_at"))


# ---------------------------------------------------------------- Voting
@recorded
def cast_votes(
    motion: Motion, *, votes: Mapping[int, str], shown: Mapping[int, str], by: User | None, at: datetime
) -> None:
    """Record how seats voted; those that the clerk did not change stay. An empty vote takes a vote back.

    Only voting seats that are filled vote; who voted and left keeps the vote.

    :raises CannotRecord: if the meeting is not open, or the motion was decided.
    :raises RecordedMeanwhile: if somebody else has recorded another vote of such a seat since it was shown.
    """
    _record, motion = _lock(motion)
    known = {vote.seat_id: vote for vote in motion.votes.all()}
    names = dict(motion.meeting.attendance.for_quorum().values_list("seat", "name"))
    changed = {seat: cast for seat, cast in votes.items() if cast != shown.get(seat, "")}
    taken = [
        known[seat].name
        for seat, cast in changed.items()
        if seat in known and known[seat].cast not in (shown.get(seat, ""), cast)
    ]
    if taken:
        words = _("Someone else recorded another vote meanwhile: %(names)s. Check the votes, and save them again.")
        raise RecordedMeanwhile(words % {"names": ", ".join(taken)})
    for seat, cast in changed.items():
        vote = known.get(seat)
        if not cast:
            if vote:
                vote.delete()
        elif cast not in Cast.values or (seat not in names and vote is None):
            raise CannotRecord(_("Only voting seats that are present can vote."))
        else:
            name = vote.name if vote else names[seat]
            Vote.objects.update_or_create(motion=motion, seat_id=seat, defaults={"cast": cast, "name": name})


def count_of(motion: Motion) -> dict[str, int]:
    """Return how many seats voted yes, no and abstain."""
    cast = Counter(motion.votes.values_list("cast", flat=True))
    return {name: cast[name] for name in COUNTS}


def suggested_state(counts: Mapping[str, int], method: str) -> str:
    """Return the result that the count suggests: more yes than no carries. The clerk decides."""
    if method == Method.CONSENT:
        return State.CARRIED
    return State.CARRIED if counts["yes"] > counts["no"] else State.FAILED


# ---------------------------------------------------------------- Deciding
@recorded
def decide_motion(
    motion: Motion,
    *,
    state: str,
    counts: Mapping[str, int] | None = None,
    without_quorum: bool = False,
    by: User | None,
    at: datetime,
) -> Motion:
    """Record what became of a motion. One that is carried makes a decision, and approves the minutes it names.

    ``counts`` are those of a voice vote, if somebody counted; a roll call counts its votes, and unanimous consent all
    voting seats that are present.

    :raises CannotRecord: if the meeting is not open, the motion was decided, nobody voted by roll call, or there is no
        quorum and ``without_quorum`` does not say that this is known.
    :raises CannotApprove: if its minutes were approved meanwhile.
    """
    record, motion = _lock(motion)
    if state not in State.values or state == State.OPEN:
        raise CannotRecord(_("Choose the result."), field="state")
    present, needed = motion.meeting.attendance.for_quorum().count(), record.seats_needed or 0
    if state in (State.CARRIED, State.FAILED):
        if present < needed and not without_quorum:
            words = _("There is no quorum: %(present)d voting seats are present, and %(needed)d are needed.")
            raise CannotRecord(words % {"present": present, "needed": needed}, field="without_quorum")
        _set_counts(motion, counts, present)
    motion.state, motion.decided_at = state, at
    motion.seats_present, motion.seats_needed = present, needed
    motion.save()
    if state == State.CARRIED:
        record_decision_of(motion, by=by, at=at)
        if motion.approves:
            approve_minutes(motion.approves, motion=motion, by=by, at=at)
    return motion


def _set_counts(motion: Motion, counts: Mapping[str, int] | None, present: int) -> None:
    if motion.method == Method.ROLL:
        counts = count_of(motion)
        if not motion.votes.exists():
            raise CannotRecord(_("Record the votes first. Nobody has voted yet."), field="state")
    elif motion.method == Method.CONSENT:
        counts = {"yes": present}
    for name in COUNTS:
        setattr(motion, name, (counts or {}).get(name) or 0)


@recorded
def reopen_motion(motion: Motion, *, reason: str, by: User | None, at: datetime) -> None:
    """Reopen a decided motion, so that its votes or its result can be corrected.

    :raises CannotRecord: if the meeting is not open, or it has approved minutes.
    """
    lock_open(motion.meeting)
    motion = Motion.objects.select_related("approves").get(pk=motion.pk)
    if motion.is_open:
        return
    if motion.state == State.CARRIED and motion.approves:
        raise CannotRecord(_("This motion approved minutes. It can no longer be reopened."))
    if not reason:
        raise CannotRecord(_("Enter the reason."), field="reason")
    motion.state, motion.decided_at, motion.reopened_because = State.OPEN, None, reason
    motion.seats_present = motion.seats_needed = None
    motion.yes = motion.no = motion.abstain = 0
    motion.save()
    withdraw_decision_of(motion, at=at)


def _lock(motion: Motion) -> tuple[MeetingRecord, Motion]:
    """Lock the open meeting of an open motion."""
    record = lock_open(motion.meeting)
    motion = Motion.objects.select_related("meeting", "item", "approves", "mover", "seconder").get(pk=motion.pk)
    if not motion.is_open:
        words = _("This motion was decided: %(state)s. Reopen it to change it.")
        raise CannotRecord(words % {"state": motion.get_state_display().lower()})
    return record, motion
