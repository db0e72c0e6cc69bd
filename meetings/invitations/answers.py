"""What people answer to invitations: by a link in the mail, signed in, by their calendar, or by telephone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from meetings.ical import Person
from meetings.invitations.calendars import REQUEST, request_for_alternate
from meetings.invitations.roster import invitations_of, members_to_invite, new_invitation
from meetings.invitations.updates import context_of
from meetings.models import Answer, Given, Group, GroupMember, GroupSeat, How, Meeting, MeetingInvitation, Series
from meetings.scheduling.locking import lock_series
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.notices.parts import calendar_part
from onestop.ui.sentences import retold as _

ALTERNATE_ASKED = "meetings.alternate"
FACTS = ("answer", "how", "alternate_name", "alternate_email", "comment")
Via = Answer.Via


class CannotAnswer(Refused):
    """A meeting cannot be answered, or not like this."""


# ---------------------------------------------------------------- Answering
@recorded
def answer_by_link(
    invitation: MeetingInvitation, meeting: Meeting | None, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> Answer:
    """Record an answer that somebody gave by their personal link.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotAnswer: if the meeting is over or canceled, or who comes instead is not named.
    """
    with signed_by_link(invitation):
        lock_series(invitation.series)
        invitation = lock_open(invitation, at)
        note_answered(invitation, at)
        return _record(invitation, meeting, facts, via=Via.LINK, at=at)


@recorded
def answer_for(
    invitation: MeetingInvitation,
    meeting: Meeting | None,
    *,
    facts: Mapping[str, Any],
    via: str,
    sequence: int | None = None,
    by: User | None,
    at: datetime,
) -> Answer:
    """Record an answer of somebody who signed in, mailed it, or told it to the staff.

    ``meeting`` is ``None`` for all meetings of the series; ``sequence`` is that of the invitation that was answered.

    :raises CannotAnswer: if the meeting is over or canceled, or who comes instead is not named.
    """
    lock_series(invitation.series)
    return _record(invitation, meeting, facts, via=via, at=at, sequence=sequence)


def _record(
    invitation: MeetingInvitation,
    meeting: Meeting | None,
    facts: Mapping[str, Any],
    *,
    via: str,
    at: datetime,
    sequence: int | None = None,
) -> Answer:
    # Lock (by the callers): an answer belongs to the time that was planned when it came, and a move sees it.
    series = Series.objects.with_place().get(pk=invitation.series_id)
    invitation.series = series
    if meeting is not None:
        meeting = _read(meeting, invitation, at)
    given = {name: facts.get(name, "") for name in FACTS}
    _check(given)
    # Who answers on a page of ours has seen the schedule as it is now, also before it is mailed.
    given["sequence"] = max(series.sequence, series.timed_sequence) if sequence is None else sequence
    given |= {"via": via, "at": at, "for_start": meeting.starts_at if meeting else None}
    before = Answer.objects.filter(invitation=invitation, meeting=meeting).first()
    asked_before = before.alternate_email if before else ""
    answer, _made = Answer.objects.update_or_create(
        invitation=invitation, meeting=meeting, defaults=given, create_defaults={**given, "series": series}
    )
    if meeting and answer.alternate_email and answer.alternate_email != asked_before:
        notify_many([_to_alternate(answer, invitation, meeting, at)], at=at)
    return answer


def _read(meeting: Meeting, invitation: MeetingInvitation, at: datetime) -> Meeting:
    found = Meeting.objects.with_place().filter(pk=meeting.pk, series=invitation.series_id).first()
    if found is None:
        raise CannotAnswer(_("You were not invited to this meeting."))
    if found.is_canceled or found.series.is_archived:
        raise CannotAnswer(_("This meeting was canceled."))
    if found.ends_at <= at or found.status == Meeting.Status.HELD:
        raise CannotAnswer(_("This meeting is over. It can no longer be answered."))
    return found


def _check(given: dict[str, Any]) -> None:
    if given["answer"] not in Given.values:
        raise CannotAnswer(_("Choose an answer."), field="answer")
    if given["answer"] == Given.ALTERNATE:
        if not given["alternate_name"]:
            raise CannotAnswer(_("Enter who comes in your place."), field="alternate_name")
    else:
        given["alternate_name"] = given["alternate_email"] = ""
    if given["answer"] == Given.NO:
        given["how"] = ""


def _to_alternate(answer: Answer, invitation: MeetingInvitation, meeting: Meeting, at: datetime) -> Message:
    person = Person(answer.alternate_name, answer.alternate_email)
    content = request_for_alternate(invitation, meeting, person, at=at)
    return Message(
        kind=ALTERNATE_ASKED,
        key=f"{ALTERNATE_ASKED}:{answer.pk}:{at.isoformat()}",
        to=answer.alternate_email,
        about=[meeting, invitation.series],
        scope=invitation.series.group.area,
        why=_("%(person)s named you.") % {"person": invitation.name},
        zone=invitation.series.zone_info,
        context=context_of(invitation, [meeting]) | {"meeting": meeting, "answer": answer, "person": invitation.name},
        parts=[calendar_part(content, method=REQUEST)],
        expires_at=meeting.ends_at,
    )


@recorded
def answer_own(meeting: Meeting, *, facts: Mapping[str, Any], by: User, at: datetime) -> Answer:
    """Record the answer of a member who signed in; whoever was not invited yet is, without a mail.

    :raises CannotAnswer: if the person does not belong to the group, the meeting is over or canceled, or who comes
        instead is not named.
    """
    series = lock_series(meeting.series)
    invitation = invitation_of(series, by)
    if invitation is None:
        member = members_to_invite(series, at=at).get(by.email.lower())
        if member is None:
            raise CannotAnswer(_("You were not invited to this meeting."))
        invitation = new_invitation(series, member, at=at)
        invitation.save()
    return _record(invitation, meeting, facts, via=Via.PAGE, at=at)


def invitation_of(series: Series, user: User) -> MeetingInvitation | None:
    """Return the invitation of somebody with an account, if there is one."""
    return MeetingInvitation.objects.with_recipient().of_person(user).filter(series=series).first()


def may_answer(series: Series, user: User, *, at: datetime) -> bool:
    """Return whether somebody with an account is invited, or will be."""
    return invitation_of(series, user) is not None or user.email.lower() in members_to_invite(series, at=at)


# ---------------------------------------------------------------- Who comes
@dataclass(frozen=True)
class Guest:
    """One person invited to a meeting, and the answer that counts; ``outdated`` is one to an earlier time."""

    invitation: MeetingInvitation
    answer: Answer | None
    outdated: Answer | None = None

    @property
    def kind(self) -> str:
        """The answer: "yes", "no", "maybe", "alternate", or "" without one."""
        return self.answer.answer if self.answer else ""

    @property
    def seat(self) -> GroupSeat | None:
        """The seat in which the person sits."""
        member = self.invitation.member
        return member.seat if member else None

    @property
    def chip(self) -> tuple[str, str, str]:
        """The answer as kind, word and icon of a chip."""
        return chip_of(self.answer, is_outdated=self.outdated is not None)


def chip_of(answer: Answer | None, *, is_outdated: bool = False) -> tuple[str, str, str]:
    """Return an answer as kind, word and icon of a chip."""
    if answer is None:
        return "soon", _("Answered an earlier time") if is_outdated else _("No answer yet"), "question-circle"
    if answer.answer == Given.YES:
        return "good", _("Comes online") if answer.how == How.ONLINE else _("Comes"), "check-circle-fill"
    if answer.answer == Given.ALTERNATE:
        return "good", _("%(person)s comes instead") % {"person": answer.alternate_name}, "person-check"
    if answer.answer == Given.MAYBE:
        return "way", _("May come"), "question-circle"
    return "rest", _("Does not come"), "x-circle"


def guests_of(meeting: Meeting) -> list[Guest]:
    """Return everyone who is invited to a meeting, with the answer that counts; two queries."""
    invitations = invitations_of(meeting.series)
    by_person: dict[int, list[Answer]] = {}
    for answer in Answer.objects.filter(Q(meeting=None) | Q(meeting=meeting), series=meeting.series_id):
        by_person.setdefault(answer.invitation_id, []).append(answer)
    return [Guest(each, *counting(by_person.get(each.pk, ()), meeting)) for each in invitations]


def counting(answers: Iterable[Answer], meeting: Meeting) -> tuple[Answer | None, Answer | None]:
    """Return which of somebody's answers counts for a meeting, and one that no longer does.

    An answer to the meeting goes before one to all of the series. Needs the series of the meeting.
    """
    own = sorted(answers, key=lambda answer: answer.meeting_id is None)
    counted = next((answer for answer in own if answer.counts_for(meeting)), None)
    outdated = next((answer for answer in own if answer.meeting_id == meeting.pk and answer is not counted), None)
    return counted, outdated if counted is None else None


def own_answers(user: User, meetings: Sequence[Meeting]) -> dict[int, Answer | None]:
    """Return what somebody answered to those of these meetings to which they are invited, by meeting; two queries."""
    series = {meeting.series_id for meeting in meetings}
    invited = MeetingInvitation.objects.of_person(user).filter(series__in=series)
    by_series = dict(invited.order_by("pk").values_list("series", "pk"))
    given: dict[int, list[Answer]] = {}
    for answer in Answer.objects.filter(invitation__in=by_series.values()):
        given.setdefault(answer.invitation_id, []).append(answer)
    return {
        meeting.pk: counting(given.get(by_series[meeting.series_id], ()), meeting)[0]
        for meeting in meetings
        if meeting.series_id in by_series
    }


@dataclass(frozen=True)
class Turnout:
    """How many come to a meeting, and how many voting seats that fills."""

    coming: int
    online: int
    declined: int
    unanswered: int
    seats: int
    needed: int

    @property
    def has_quorum(self) -> bool:
        """Whether enough voting seats will be filled."""
        return self.seats >= self.needed


def turnout_of(group: Group, guests: Iterable[Guest]) -> Turnout:
    """Return who comes by the answers so far; seats count once, and only those with a vote. One query."""
    guests = list(guests)
    voting = {seat.pk for seat in group.seats.current().filter(is_voting=True)}
    coming = [guest for guest in guests if guest.answer and guest.answer.is_coming]
    seats = _seats_of(coming)
    return Turnout(
        coming=len(coming),
        online=sum(guest.answer is not None and guest.answer.how == How.ONLINE for guest in coming),
        declined=sum(guest.kind == Given.NO for guest in guests),
        unanswered=sum(guest.answer is None for guest in guests),
        seats=len(seats & voting),
        needed=group.seats_for_quorum(len(voting)),
    )


def _seats_of(guests: Iterable[Guest]) -> set[int]:
    """Return the seats of these people; one person may sit in several."""
    members = [guest.invitation.member for guest in guests if guest.invitation.member]
    people = {(member.group_id, member.email.lower()) for member in members}
    groups = {group for group, _email in people}
    held = GroupMember.objects.current().filter(group__in=groups, seat__isnull=False, is_alternate=False)
    return {member.seat_id for member in held if (member.group_id, member.email.lower()) in people and member.seat_id}
