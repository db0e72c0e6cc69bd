"""Mail what changed in a series to those who are invited: one mail a person for all edits of ten minutes.

Each mail carries a calendar entry. Whoever was not told of the series yet gets the whole of it; the others get the
whole series if it changed, and otherwise only the meetings that did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from meetings.invitations import calendars
from meetings.invitations.roster import invitations_of, match_roster, note_told
from meetings.models import Group, Meeting, MeetingInvitation, Series
from meetings.scheduling.locking import lock_series
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.notices.parts import calendar_part
from onestop.ui.presentation import when
from onestop.ui.sentences import retold as _
from partners.people import contacts

INVITED, CHANGED, CANCELED = "meetings.invited", "meetings.changed", "meetings.canceled"
LISTED = 6  # meetings that an invitation lists


@dataclass(frozen=True)
class Change:
    """What became of one meeting since people were told of it."""

    meeting: Meeting
    kind: str  # canceled, moved, changed, added or restored
    before: datetime | None = None

    @property
    def words(self) -> str:
        """The change as a line of the mail, which is read in the zone of the series."""
        meeting = self.meeting
        facts = {"title": meeting.title, "start": when(meeting.local_start, "plain"), "where": meeting.where}
        facts |= {"before": when(self.before, "plain"), "reason": meeting.reason}
        if self.kind == "canceled":
            return _("Canceled: %(start)s. %(reason)s") % facts
        if self.kind == "moved":
            return _("Moved: %(start)s instead of %(before)s, %(where)s") % facts
        if self.kind == "added":
            return _("Added: %(start)s, %(where)s") % facts
        if self.kind == "restored":
            return _("Takes place after all: %(start)s, %(where)s") % facts
        return _("Changed: %(title)s, %(start)s, %(where)s") % facts


def change_of(meeting: Meeting) -> Change:
    """Return what became of a meeting since people were told of it."""
    if meeting.is_canceled:
        return Change(meeting, "canceled")
    if meeting.told_canceled:
        return Change(meeting, "restored")
    if meeting.is_extra and meeting.told_starts_at is None:
        return Change(meeting, "added")
    before = meeting.told_starts_at or meeting.original_start
    if before != meeting.starts_at:
        return Change(meeting, "moved", before)
    return Change(meeting, "changed")


# ---------------------------------------------------------------- Sending
def send_due(*, at: datetime) -> int:
    """Mail all updates whose ten minutes are over; return how many mails were written. Runs every minute."""
    meetings = Meeting.objects.filter(update_due_at__lte=at).values("series")
    groups = Group.objects.filter(roster_due_at__lte=at)
    due = Series.objects.filter(Q(update_due_at__lte=at) | Q(pk__in=meetings)).values_list("pk", flat=True)
    running = Series.objects.running_on(at.date()).filter(group__in=groups.values("pk"), invites=True, sequence__gt=0)
    pks = sorted({*due, *running.values_list("pk", flat=True)})
    waited = list(groups.values_list("pk", "roster_due_at"))
    written = sum(send_update(pk, at=at, by=None) for pk in pks)
    for pk, due_at in waited:  # unless somebody came or went meanwhile
        Group.objects.filter(pk=pk, roster_due_at=due_at).update(roster_due_at=None)
    return written


@recorded
def send_update(series_id: int, *, at: datetime, by: User | None, is_asked: bool = False) -> int:
    """Mail what is due of one series; return how many mails were written. ``is_asked``: somebody will not wait.

    Of two workers, the second finds nothing left to tell.
    """
    series = lock_series(Series(pk=series_id))
    if series.is_archived:
        return _cancel_all(series, at=at)
    if not series.invites:
        series.meetings.exclude(update_due_at=None).update(update_due_at=None)
        _settle(series, [], is_whole=True)
        return 0
    meetings = list(series.meetings.with_place().order_by("starts_at", "pk"))
    for meeting in meetings:
        meeting.series = series
    due = [each for each in meetings if each.update_due_at and (is_asked or each.update_due_at <= at)]
    is_whole = bool(series.update_due_at and (is_asked or series.update_due_at <= at))
    coming = [each for each in meetings if not each.is_canceled and each.starts_at > at]
    if not coming and not series.sequence:
        _settle(series, meetings, is_whole=True)
        return 0
    known = invitations_of(series)
    new, gone = match_roster(series, at=at)
    told = [each for each in known if each not in gone and each.told_sequence is not None]
    fresh = [*new, *(each for each in known if each not in gone and each.told_sequence is None)]
    if is_whole or due or not series.sequence:
        series.sequence += 1
        for meeting in due:
            meeting.timed_sequence = series.sequence if _has_moved(meeting) else meeting.timed_sequence
    plan = _Plan(series, meetings, due, coming, is_whole=is_whole, at=at)
    messages = [plan.invitation(each) for each in fresh if coming]
    if is_whole or due:
        _withdraw_unsent(series)
        messages += [plan.update(each) for each in told]
    messages += [plan.farewell(each) for each in gone if each.told_sequence is not None]
    notify_many(messages, at=at)
    note_told([*fresh, *told] if is_whole or due else fresh, series.sequence, at=at)
    _settle(series, meetings if is_whole else due, is_whole=is_whole)
    return len(messages)


def _has_moved(meeting: Meeting) -> bool:
    return meeting.starts_at != (meeting.told_starts_at or meeting.original_start)


def _settle(series: Series, told: Sequence[Meeting], *, is_whole: bool) -> None:
    """Record what people know by now."""
    for meeting in told:
        meeting.told_starts_at = None if meeting.is_canceled else meeting.starts_at
        meeting.told_where, meeting.told_canceled = meeting.where, meeting.is_canceled
        meeting.update_due_at = None
    names = ["told_starts_at", "told_where", "told_canceled", "update_due_at", "timed_sequence"]
    Meeting.objects.bulk_update(told, names, batch_size=200)
    if is_whole:
        series.update_due_at = None
    series.told_words = series.schedule[:500]
    series.save(update_fields=["sequence", "update_due_at", "told_words"])


def _withdraw_unsent(series: Series) -> None:
    """Withdraw the mails about the series that were not sent yet: the new ones say everything that they said."""
    outbox.withdraw(Notice.objects.filter(kind=CHANGED).about(series), why=_("A newer update replaced it."))


def _cancel_all(series: Series, *, at: datetime) -> int:
    """Cancel the whole of a series that was removed."""
    told = [each for each in invitations_of(series) if each.told_sequence is not None]
    series.sequence += 1
    messages = [_Plan(series, [], [], [], is_whole=True, at=at).farewell(each) for each in told]
    notify_many(messages, at=at)
    # If it is restored, they are invited anew.
    MeetingInvitation.objects.filter(pk__in=[each.pk for each in told]).update(told_sequence=None)
    series.update_due_at = None
    series.save(update_fields=["sequence", "update_due_at"])
    return len(messages)


@dataclass(frozen=True)
class _Plan:
    """The mails about one series: to those who are new, to those who know it, and to those who left."""

    series: Series
    meetings: Sequence[Meeting]
    due: Sequence[Meeting]
    coming: Sequence[Meeting]
    at: datetime
    is_whole: bool = False

    def invitation(self, invitation: MeetingInvitation) -> Message:
        """Return the first mail to somebody."""
        content = calendars.request_for_series(invitation, self.meetings, at=self.at)
        return self._message(INVITED, invitation, content, calendars.REQUEST)

    def update(self, invitation: MeetingInvitation) -> Message:
        """Return the mail about what changed."""
        changes = [change_of(meeting) for meeting in self.due]
        kinds = {change.kind for change in changes}
        facts: dict[str, Any] = {"changes": changes, "was": self._schedule_before()}
        if not self.is_whole and self.series.rule and kinds == {"canceled"}:
            content = calendars.cancel_meetings(invitation, self.due, at=self.at)
            return self._message(CANCELED, invitation, content, calendars.CANCEL, **facts)
        if not self.series.rule and kinds == {"canceled"} and not self.coming:
            content = calendars.cancel_series(invitation, at=self.at)
            return self._message(CANCELED, invitation, content, calendars.CANCEL, **facts)
        if not self.is_whole and self.series.rule and kinds <= {"moved", "changed"}:
            content = calendars.request_for_meetings(invitation, self.due, at=self.at)
        else:
            content = calendars.request_for_series(invitation, self.meetings, at=self.at)
        return self._message(CHANGED, invitation, content, calendars.REQUEST, **facts)

    def farewell(self, invitation: MeetingInvitation) -> Message:
        """Return the mail to somebody who is no longer invited, or to whom the whole series is canceled."""
        content = calendars.cancel_series(invitation, at=self.at)
        facts = {"is_all": True, "has_left": not self.series.is_archived}
        return self._message(CANCELED, invitation, content, calendars.CANCEL, **facts)

    def _schedule_before(self) -> str:
        """Return the schedule of which people were told, if it is another one now."""
        before = self.series.told_words
        return before if self.is_whole and before and before != self.series.schedule else ""

    def _message(self, kind: str, invitation: MeetingInvitation, content: bytes, method: str, **facts: Any) -> Message:
        series, group = self.series, self.series.group
        return Message(
            kind=kind,
            key=f"{kind}:{series.pk}:{series.sequence}:{invitation.pk}",
            to=contacts.person_at(invitation.email, invitation.user),
            about=[series, group],
            scope=group.area,
            why=why_of(invitation),
            path=invitation.address.removeprefix(settings.PUBLIC_URL),
            zone=series.zone_info,
            context=context_of(invitation, self.coming[:LISTED]) | facts,
            parts=[calendar_part(content, method=method, filename="invite.ics")],
            expires_at=self._last_moment(),
        )

    def _last_moment(self) -> datetime | None:
        """Return when nobody needs the mail any longer: after the last meeting that it is about."""
        about = [*self.coming[-1:], *self.due]
        return max((meeting.ends_at for meeting in about), default=None) if not self.series.rule else None


def context_of(invitation: MeetingInvitation, coming: Iterable[Meeting]) -> dict[str, Any]:
    """Return what every mail about a series says."""
    series = invitation.series
    return {
        "series": series,
        "group": series.group,
        "invitation": invitation,
        "schedule": series.schedule,
        "coming": list(coming),
        "links": answer_links(invitation),
    }


def answer_links(invitation: MeetingInvitation, meeting: Meeting | None = None) -> dict[str, str]:
    """Return the links of a mail by which somebody answers in one tap: by answer."""
    about = f"&meeting={meeting.pk}" if meeting else ""
    return {answer: f"{invitation.address}?answer={answer}{about}" for answer in ("yes", "no", "alternate")}


def why_of(invitation: MeetingInvitation) -> str:
    """Return why somebody gets mail about a series."""
    return _("You belong to the group %(group)s.") % {"group": invitation.series.group.name}
