"""Publish an agenda: its members see it from then on, and get it by mail; say when it has to be published."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.crypto import get_random_string

from meetings.agendas.locking import CannotChangeAgenda, lock_agenda
from meetings.agendas.reading import Agenda, agenda_of
from meetings.invitations.roster import members_to_invite
from meetings.models import GroupMember, Meeting, MeetingInvitation, MeetingRecord
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

PUBLISHED = "meetings.agenda"


def record_of(meeting: Meeting) -> MeetingRecord:
    """Return the record of a meeting, made now if there is none. Lock the series first."""
    record, _made = MeetingRecord.objects.get_or_create(
        meeting=meeting, defaults={"check_in_token": get_random_string(40)}
    )
    return record


def publish_by(meeting: Meeting) -> date | None:
    """Return the last day for publishing the agenda by the rule of the group; nothing if no rule binds it."""
    days = meeting.group.notice_days
    return None if days is None else meeting.local_start.date() - timedelta(days=days)


def is_late(meeting: Meeting, published_at: datetime | None, *, at: datetime) -> bool:
    """Whether an agenda was, or would now be, published after its last day."""
    last = publish_by(meeting)
    return last is not None and meeting.series.local(published_at or at).date() > last


@recorded
def publish_agenda(meeting: Meeting, *, by: User | None, at: datetime) -> MeetingRecord:
    """Publish the agenda of a meeting; who publishes it a second time changes nothing.

    :raises CannotChangeAgenda: if it has no items, or the meeting is over or was canceled.
    """
    meeting = lock_agenda(meeting)
    agenda = agenda_of(meeting)
    if not agenda.items:
        raise CannotChangeAgenda(_("The agenda has no items yet. Add one before you publish it."))
    record = record_of(meeting)
    if record.agenda_published_at is None:
        record.agenda_published_at = at
        record.save(update_fields=["agenda_published_at"])
        notify_many(_messages(replace(agenda, published_at=at), at=at), at=at)
    return record


@recorded
def mail_changed_agenda(meeting: Meeting, *, by: User | None, at: datetime) -> int:
    """Mail a published agenda that has changed since; return how many mails were written. Each change once.

    :raises CannotChangeAgenda: if it is not published, or the meeting is over or was canceled.
    """
    meeting = lock_agenda(meeting)
    agenda = agenda_of(meeting)
    if not agenda.is_published:
        raise CannotChangeAgenda(_("This agenda is not published yet."))
    return notify_many(_messages(agenda, at=at), at=at) if agenda.changed_at else 0


def number_of_mails(meeting: Meeting, *, at: datetime) -> int:
    """Return how many members publishing would write to."""
    return len(members_to_invite(meeting.series, at=at)) if meeting.series.invites and not meeting.has_begun(at) else 0


def note_change(meeting: Meeting | None, *, at: datetime) -> None:
    """Record that a published agenda has changed. Called by every verb that changes one, under its lock."""
    if meeting:
        published = MeetingRecord.objects.filter(meeting=meeting.pk, agenda_published_at__isnull=False)
        published.update(agenda_changed_at=at)


# ---------------------------------------------------------------- Mails
def _messages(agenda: Agenda, *, at: datetime) -> Iterator[Message]:
    """Yield the mail with the agenda to each member; nothing if the series invites nobody, or the meeting began."""
    meeting = agenda.meeting
    if not meeting.series.invites or meeting.has_begun(at):
        return
    rows = meeting.series.invitations.unrevoked().select_related("user")
    invited = {each.email: each for each in rows}
    version = f":{agenda.changed_at:%Y%m%d%H%M%S%f}" if agenda.changed_at else ""
    for address, member in members_to_invite(meeting.series, at=at).items():
        yield _message(agenda, member, invited.get(address), f"{PUBLISHED}:{meeting.pk}:{address}{version}")


def _message(agenda: Agenda, member: GroupMember, invitation: MeetingInvitation | None, key: str) -> Message:
    meeting, group = agenda.meeting, agenda.meeting.group
    path = meeting.get_absolute_url()
    if invitation:
        invitation.series = meeting.series
        path = f"{invitation.address}?meeting={meeting.pk}".removeprefix(settings.PUBLIC_URL)
    context = {"meeting": meeting, "group": group, "person": member.name, **mailed(agenda, invitation)}
    return Message(
        kind=PUBLISHED,
        key=key,
        to=contacts.person_at(member.address, member.user),
        about=[meeting, meeting.series],
        scope=group.area,
        why=_("You belong to the group %(group)s.") % {"group": group.name},
        path=path,
        zone=meeting.series.zone_info,
        context=context,
        expires_at=meeting.starts_at,
    )


def mailed(agenda: Agenda, invitation: MeetingInvitation | None) -> dict[str, Any]:
    """Return what a mail says of an agenda: with the invitation, its papers can be read without signing in."""
    if not agenda.is_published:
        return {"agenda": None, "papers_url": ""}
    return {"agenda": agenda, "papers_url": f"{invitation.address}papers/" if invitation else ""}
