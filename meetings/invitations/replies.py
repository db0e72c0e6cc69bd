"""Replies by mail: what people's calendar programs send back to the plus-address of a series (RFC 5546 REPLY, COUNTER).

Nothing proves who sent a mail. A reply counts if it came to the address of the series, names its UID, and is from and
about an address that was invited; what anybody else sends is kept for the staff and never counted.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings import itip
from meetings.invitations.answers import CannotAnswer, Via, answer_for
from meetings.models import Given, Meeting, MeetingInvitation, Reply, Series
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.incoming import Incoming

Outcome = Reply.Outcome


def take(mail: Incoming, *, token: str, at: datetime) -> bool:
    """Take a mail to the plus-address of a series; return whether it was a reply. It runs in a transaction."""
    series = Series.objects.with_place().filter(token=token).first()
    if series is None:
        return False
    try:
        replies = itip.read_replies(mail.raw)
    except itip.NotAReply:
        return False  # words for people: the staff read them
    for reply in replies:
        _take_one(series, reply, mail.sender, at)
    return bool(replies)


def _take_one(series: Series, reply: itip.Reply, sender: str, at: datetime) -> None:
    meeting = None
    invitation = _invited(series, reply, sender)
    if invitation is None:
        outcome = Outcome.STRANGER
    else:
        meeting = _meeting_of(series, reply)
        outcome = _outcome_of(series, reply, meeting, at)
        if outcome in (Outcome.COUNTED, Outcome.PROPOSES):
            outcome = _count(invitation, meeting, reply, outcome, at)
    Reply.objects.create(
        series=series,
        meeting=meeting,
        address=reply.address[:254],
        name=(invitation.name if invitation else reply.name)[:150],
        answer=reply.answer,
        comment=reply.comment[:500],
        outcome=outcome,
        proposed_at=reply.proposed_start,
        received_at=at,
    )


def _invited(series: Series, reply: itip.Reply, sender: str) -> MeetingInvitation | None:
    """Return the invitation that is answered: the address must be the sender's own, and one that we asked."""
    if reply.uid != series.uid or reply.address != sender:
        return None
    return MeetingInvitation.objects.with_recipient().unrevoked().filter(series=series, email=reply.address).first()


def _meeting_of(series: Series, reply: itip.Reply) -> Meeting | None:
    """Return the meeting that is answered; ``None`` for all of the series, or if there is none."""
    rows = series.meetings.with_place()
    when = reply.recurrence_id
    if when is None:
        return None if series.rule else rows.filter(is_extra=False).first()
    if reply.recurrence_day:  # some programs name only the day
        on_day = list(rows.filter(original_on=reply.recurrence_day))
        return on_day[0] if len(on_day) == 1 else None
    local = series.local(when)
    return rows.filter(original_on=local.date(), original_at=local.time().replace(tzinfo=None)).first()


def _outcome_of(series: Series, reply: itip.Reply, meeting: Meeting | None, at: datetime) -> Outcome:
    is_about_one = reply.recurrence_id is not None or not series.rule
    if is_about_one and meeting is None:
        return Outcome.UNKNOWN
    if meeting and (meeting.ends_at <= at or meeting.status == Meeting.Status.HELD):
        return Outcome.OVER
    timed = max(series.timed_sequence, meeting.timed_sequence if meeting else 0)
    if 0 < reply.sequence < timed:  # our first one is 1: a reply with 0 does not say which it answers
        return Outcome.EARLIER
    return Outcome.PROPOSES if reply.proposed_start else Outcome.COUNTED


def _count(
    invitation: MeetingInvitation, meeting: Meeting | None, reply: itip.Reply, outcome: Outcome, at: datetime
) -> Outcome:
    facts: dict[str, Any] = {"answer": reply.answer, "comment": reply.comment[:500]}
    if outcome == Outcome.PROPOSES:
        facts["answer"] = Given.MAYBE
    if reply.delegate:
        facts["comment"] = (_("Delegated to %(address)s.") % {"address": reply.delegate})[:500]
    try:
        answer_for(
            invitation, meeting, facts=facts, via=Via.MAIL, sequence=reply.sequence or None, by=invitation.user, at=at
        )
    except CannotAnswer:  # canceled meanwhile
        return Outcome.UNKNOWN
    return outcome


@recorded
def mark_read(reply: Reply, *, by: User, at: datetime) -> None:
    """Note that the staff have looked at a reply."""
    Reply.objects.filter(pk=reply.pk, done_at=None).update(done_at=at, done_by=by)
