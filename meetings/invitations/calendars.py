"""A series and its meetings as calendar entries, as they are mailed to one person.

The whole series is one entry with its rule; meetings that were canceled are its EXDATE, extra ones its RDATE, and each
that was moved or changed is an entry of its own with the RECURRENCE-ID under which it is known for ever.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from meetings import ical
from meetings.models import Meeting, MeetingInvitation, Series
from onestop.notices.inbound import address_of_inbox

INBOX = "meet"  # the plus-address to which calendar programs send answers
REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"


def request_for_series(invitation: MeetingInvitation, meetings: Sequence[Meeting], *, at: datetime) -> bytes:
    """Return the entry of the whole series, with everything that differs from its rule; no query."""
    series = invitation.series
    if not series.rule and len(meetings) == 1:
        return ical.calendar_of(REQUEST, [_single(invitation, meetings[0], at)])
    own = [meeting for meeting in meetings if not meeting.is_extra]
    extra = [meeting for meeting in meetings if meeting.is_extra and not meeting.is_canceled]
    master = _event(
        invitation, series, series.start.replace(tzinfo=series.zone_info), at,
        rule=series.rule, until=series.until_on, count=series.count,
        excluded=[meeting.original_start for meeting in own if meeting.is_canceled],
        added=[meeting.original_start for meeting in extra],
    )  # fmt: skip
    changed = [meeting for meeting in (*own, *extra) if not meeting.is_canceled and differs(meeting)]
    return ical.calendar_of(REQUEST, [master, *(_override(invitation, meeting, at) for meeting in changed)])


def request_for_meetings(invitation: MeetingInvitation, meetings: Iterable[Meeting], *, at: datetime) -> bytes:
    """Return entries of meetings that were moved or changed, for somebody who has the series in the calendar."""
    return ical.calendar_of(REQUEST, [_override(invitation, meeting, at) for meeting in meetings])


def cancel_meetings(invitation: MeetingInvitation, meetings: Iterable[Meeting], *, at: datetime) -> bytes:
    """Return the cancellation of some meetings of a series."""
    events = [_override(invitation, meeting, at, status="CANCELLED") for meeting in meetings]
    return ical.calendar_of(CANCEL, events)


def cancel_series(invitation: MeetingInvitation, *, at: datetime) -> bytes:
    """Return the cancellation of all meetings of a series."""
    series = invitation.series
    start = series.start.replace(tzinfo=series.zone_info)
    event = _event(
        invitation, series, start, at, rule=series.rule, until=series.until_on, count=series.count, status="CANCELLED"
    )
    return ical.calendar_of(CANCEL, [event])


def request_for_alternate(
    invitation: MeetingInvitation, meeting: Meeting, person: ical.Person, *, at: datetime
) -> bytes:
    """Return the entry of one meeting for somebody who comes in the place of the person invited."""
    event = _override(invitation, meeting, at, attendee=person)
    return ical.calendar_of(REQUEST, [event])


def differs(meeting: Meeting) -> bool:
    """Whether a meeting differs from what its series says of all."""
    return meeting.is_moved or bool(meeting.changed)


def organizer_of(series: Series) -> ical.Person:
    """Return who invites: the group, at the address of the series, to which calendar programs answer."""
    return ical.Person(series.group.name, address_of_inbox(INBOX, series.token))


# ---------------------------------------------------------------- Entries
def _single(invitation: MeetingInvitation, meeting: Meeting, at: datetime) -> ical.Event:
    return _event(invitation, meeting, meeting.local_start, at)


def _override(
    invitation: MeetingInvitation,
    meeting: Meeting,
    at: datetime,
    *,
    status: ical.Status = "CONFIRMED",
    attendee: ical.Person | None = None,
) -> ical.Event:
    is_single = not meeting.series.rule and not meeting.is_extra
    return _event(
        invitation, meeting, meeting.local_start, at, status=status, attendee=attendee,
        recurrence_id=None if is_single else meeting.original_start,
    )  # fmt: skip


def _event(
    invitation: MeetingInvitation,
    thing: Series | Meeting,
    start: datetime,
    at: datetime,
    *,
    rule: str = "",
    until: date | None = None,
    count: int | None = None,
    excluded: Sequence[datetime] = (),
    added: Sequence[datetime] = (),
    recurrence_id: datetime | None = None,
    status: ical.Status = "CONFIRMED",
    attendee: ical.Person | None = None,
) -> ical.Event:
    series = invitation.series
    return ical.Event(
        uid=series.uid,
        sequence=series.sequence,
        stamp=at,
        start=start,
        minutes=thing.minutes,
        summary=thing.title,
        location=thing.where,
        description=_description(invitation, thing),
        url=invitation.address,
        organizer=organizer_of(series),
        attendees=[attendee or ical.Person(invitation.name, invitation.email)],
        rule=rule,
        until=until,
        count=count,
        excluded=list(excluded),
        added=list(added),
        recurrence_id=recurrence_id,
        status=status,
    )


def _description(invitation: MeetingInvitation, thing: Series | Meeting) -> str:
    parts = [invitation.series.note]
    if thing.video_link:
        parts.append(_("Join online: %(link)s") % {"link": thing.video_link})
    parts.append(_("Answer without signing in: %(link)s") % {"link": invitation.address})
    parts.append(_("Sent by %(portal)s.") % {"portal": settings.PUBLIC_URL})
    return "\n\n".join(part for part in parts if part)
