"""Ask a poll, answer it, and plan the meeting at the chosen time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from meetings.groups.groups import demand_current, demand_no_personal_data, lock_group
from meetings.models import Group, GroupMember, Poll, PollAnswer, PollInvitation, PollTime, Series
from meetings.scheduling.series import plan_series
from onestop.accounts import signed_links
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

ASKED = "meetings.poll"
FACTS = ("title", "note", "minutes", "closes_at")
MOST_TIMES = 12
Suits = PollAnswer.Suits


class CannotPoll(Refused):
    """A poll cannot be asked, answered or decided like this."""


# ---------------------------------------------------------------- Asking
@recorded
def ask_poll(
    group: Group, *, facts: Mapping[str, Any], starts: Collection[datetime], by: User | None, at: datetime
) -> Poll:
    """Ask all members of a group, alternates too, which of these instants suits them; each gets a link.

    :raises CannotPoll: if there are fewer than two times or too many, one is in the past, or nobody has an address.
    :raises CannotKeepGroup: if the group is archived, or a support team names a person.
    """
    group = lock_group(group)
    demand_current(group)
    times = sorted(set(starts))
    _check(group, facts, times, at)
    own = {name: facts[name] for name in FACTS if name in facts}
    poll = Poll.objects.create(group=group, zone=group.zone.key, asked_by=by, asked_at=at, **own)
    PollTime.objects.bulk_create(PollTime(poll=poll, starts_at=start) for start in times)
    invitations = _invite(poll, by, at)
    if not invitations:
        raise CannotPoll(_("Nobody in this group has an email address."))
    notify_many([_message(each, times) for each in invitations], at=at)
    return poll


def _check(group: Group, facts: Mapping[str, Any], times: Sequence[datetime], at: datetime) -> None:
    if group.is_support_team:
        demand_no_personal_data(facts.get("title", ""), facts.get("note", ""))
    if len(times) < 2:
        raise CannotPoll(_("Enter at least two times."), field="times")
    if len(times) > MOST_TIMES:
        raise CannotPoll(_("Enter %(most)d times at most.") % {"most": MOST_TIMES}, field="times")
    if times[0] <= at:
        raise CannotPoll(_("One of these times is in the past."), field="times")
    if not at < facts["closes_at"] <= times[0]:
        raise CannotPoll(_("Choose a day between today and the first of these times."), field="closes_at")


def _invite(poll: Poll, by: User | None, at: datetime) -> list[PollInvitation]:
    today = at.astimezone(poll.group.zone).date()
    members: dict[str, GroupMember] = {}
    for member in GroupMember.objects.on(today).filter(group=poll.group).in_order():
        if member.address:
            members.setdefault(member.address, member)
    rows = [
        PollInvitation(
            poll=poll, user=member.user, name=member.name, email=address, partner=member.partner_name[:200],
            nonce=signed_links.new_nonce(), asked_by=by, asked_at=at, expires_at=poll.closes_at,
        )
        for address, member in members.items()
    ]  # fmt: skip
    return PollInvitation.objects.bulk_create(rows)


def _message(invitation: PollInvitation, times: Sequence[datetime]) -> Message:
    poll = invitation.poll
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{poll.pk}:{invitation.pk}",
        to=contacts.person_at(invitation.email, invitation.user),
        about=[poll, poll.group],
        scope=poll.group.area,
        why=_("You belong to the group %(group)s.") % {"group": poll.group.name},
        path=invitation.address.removeprefix(settings.PUBLIC_URL),
        zone=poll.group.zone,
        context={"poll": poll, "group": poll.group, "times": list(times), "invitation": invitation},
        expires_at=poll.closes_at,
    )


@recorded
def withdraw_poll(poll: Poll, *, by: User | None, at: datetime) -> None:
    """Give a poll up; its links end.

    :raises CannotPoll: if it was decided.
    """
    poll = lock_poll(poll)
    if poll.is_decided:
        raise CannotPoll(_("This poll was decided."))
    if not poll.is_archived:
        poll.archived_at = at
        poll.save(update_fields=["archived_at"])
        outbox.withdraw(Notice.objects.filter(kind=ASKED).about(poll), why=_("The poll was withdrawn."))


@recorded
def restore_poll(poll: Poll, *, by: User | None, at: datetime) -> None:
    """Restore a poll that was given up."""
    poll = lock_poll(poll)
    if poll.is_archived:
        poll.archived_at = None
        poll.save(update_fields=["archived_at"])


def lock_poll(poll: Poll) -> Poll:
    """Lock a poll and return it as it is now, in the running transaction."""
    # Lock: an answer and the decision at the same moment see each other.
    return Poll.objects.select_for_update(of=("self",)).select_related("group__area__state", "group__state").get(
        pk=poll.pk
    )  # fmt: skip


# ---------------------------------------------------------------- Answering
@recorded
def answer_by_link(
    invitation: PollInvitation, *, suits: Mapping[int, str], comment: str, by: User | None, at: datetime
) -> None:
    """Record what somebody says to the times, by their personal link; a later answer replaces an earlier one.

    ``suits`` is by the id of the time.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotPoll: if the poll was decided.
    """
    with signed_by_link(invitation):
        invitation = lock_open(invitation, at)
        _record(invitation, suits, comment)
        note_answered(invitation, at)


def _record(invitation: PollInvitation, suits: Mapping[int, str], comment: str) -> None:
    poll = lock_poll(invitation.poll)
    if poll.is_decided or poll.is_archived:
        raise CannotPoll(_("This poll was decided."))
    known = set(poll.times.values_list("pk", flat=True))
    for time, said in suits.items():
        if time in known and said in Suits.values:
            PollAnswer.objects.update_or_create(
                invitation=invitation,
                time_id=time,
                defaults={"suits": said},
                create_defaults={"suits": said, "poll": poll},
            )
    invitation.comment = comment
    invitation.save(update_fields=["comment"])


# ---------------------------------------------------------------- Deciding
@recorded
def decide_poll(poll: Poll, time: PollTime, *, details: Mapping[str, Any], by: User | None, at: datetime) -> Series:
    """Plan the meeting at one of the times, to which everybody is invited in ten minutes.

    ``details`` say how and where.

    :raises CannotPoll: if the poll was decided or given up.
    :raises CannotPlan: if the time is over.
    """
    poll = lock_poll(poll)
    if poll.is_decided or poll.is_archived:
        raise CannotPoll(_("This poll was decided or withdrawn."))
    local = time.starts_at.astimezone(poll.group.zone)
    facts = {
        "title": poll.title, "minutes": poll.minutes, "note": poll.note, "first_on": local.date(),
        "starts": local.time(), "invites": True, **details,
    }  # fmt: skip
    series = plan_series(poll.group, facts=facts, by=by, at=at)
    poll.chosen, poll.decided_at, poll.series = time, at, series
    poll.save(update_fields=["chosen", "decided_at", "series"])
    return series


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class TimeCount:
    """One of the times, and how many it suits."""

    time: PollTime
    yes: int
    if_needed: int
    no: int
    is_best: bool = False


@dataclass(frozen=True)
class PollResult:
    """The answers to a poll: by person, and by time."""

    rows: Sequence[tuple[PollInvitation, Sequence[str]]]
    times: Sequence[TimeCount]

    @property
    def answered(self) -> int:
        """How many people have answered."""
        return sum(invitation.answered_at is not None for invitation, _said in self.rows)


def result_of(poll: Poll) -> PollResult:
    """Return what was answered; three queries. The best time suits most, and then most if need be."""
    times = list(poll.times.order_by("starts_at"))
    invitations = list(poll.invitations.unrevoked().select_related("user").order_by("name", "pk"))
    said = {(each.invitation_id, each.time_id): each.suits for each in poll.answers.all()}
    rows = [(each, [said.get((each.pk, time.pk), "") for time in times]) for each in invitations]
    counted = [_count(time, [answers[number] for _each, answers in rows]) for number, time in enumerate(times)]
    best = max(((each.yes, each.if_needed) for each in counted), default=(0, 0))
    marked = [
        TimeCount(each.time, each.yes, each.if_needed, each.no, (each.yes, each.if_needed) == best != (0, 0))
        for each in counted
    ]
    return PollResult(rows, marked)


def _count(time: PollTime, said: Sequence[str]) -> TimeCount:
    return TimeCount(time, said.count(Suits.YES), said.count(Suits.IF_NEEDED), said.count(Suits.NO))
