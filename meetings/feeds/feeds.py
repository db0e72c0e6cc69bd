"""Make and revoke calendar feeds, and write what they show (RFC 5545 PUBLISH)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from meetings import ical
from meetings.models import CalendarFeed, Group, GroupMember, Meeting
from meetings.models.series import MeetingQuerySet
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import LocalArea

SECRET_LENGTH = 40
MOST_FEEDS = 20
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=92), timedelta(days=550)


class CannotSubscribe(Refused):
    """A calendar feed cannot be made."""


@recorded
def make_feed(
    owner: User, *, group: Group | None = None, area: LocalArea | None = None, by: User | None, at: datetime
) -> tuple[CalendarFeed, str]:
    """Make a feed of a group, of an area, or without both of the owner's own meetings; return it with its secret.

    The secret is stored nowhere.

    :raises CannotSubscribe: if the person has too many.
    """
    # Lock: two windows at once must not pass the limit.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if owner.calendar_feeds.working().count() >= MOST_FEEDS:
        raise CannotSubscribe(_("You have %(most)d calendars already. Remove one first.") % {"most": MOST_FEEDS})
    kinds = CalendarFeed.Kind
    kind = kinds.GROUP if group else kinds.AREA if area else kinds.PERSON
    secret = get_random_string(SECRET_LENGTH)
    feed = CalendarFeed.objects.create(
        owner=owner, kind=kind, group=group, area=area, secret_hash=hash_of(secret), made_at=at
    )
    return feed, secret


@recorded
def revoke_feed(feed: CalendarFeed, *, by: User | None, at: datetime) -> None:
    """End a feed: calendar programs can no longer read it."""
    CalendarFeed.objects.working().filter(pk=feed.pk).update(revoked_at=at)


def hash_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_feed(secret: str) -> CalendarFeed | None:
    """Return the working feed of a secret, of an owner who can sign in."""
    rows = CalendarFeed.objects.working().filter(secret_hash=hash_of(secret), owner__is_active=True)
    return rows.select_related("owner", "group", "area").first()


def address_of(secret: str) -> str:
    """Return the full address of a feed."""
    return settings.PUBLIC_URL + reverse("meetings:feed", args=[secret])


def meetings_of(feed: CalendarFeed, *, at: datetime) -> MeetingQuerySet:
    """Return the meetings that a feed shows: as far as its owner may see them now."""
    rows = Meeting.objects.visible_to(feed.owner).between(at - LOOKS_BACK, at + LOOKS_AHEAD)
    if feed.group:
        rows = rows.filter(group=feed.group)
    elif feed.area:
        rows = rows.filter(group__in=Group.objects.of(feed.area).values("pk"))
    else:
        rows = rows.filter(group__in=own_groups(feed.owner))
    return rows.filter(series__archived_at=None).order_by("starts_at", "pk")


def own_groups(user: Any) -> Any:
    """Return the ids of the groups to which somebody belongs, by account or by address."""
    held = GroupMember.objects.current().alias(mailbox=Lower("email"))
    return held.filter(Q(user=user.pk) | Q(user=None, mailbox=user.email.lower())).values("group")


def write_feed(feed: CalendarFeed, *, at: datetime) -> bytes:
    """Return a feed as iCalendar; a canceled meeting stays in it as such."""
    events = [_event(meeting) for meeting in meetings_of(feed, at=at).with_place()]
    return ical.calendar_of("PUBLISH", events, name=str(feed))


def _event(meeting: Meeting) -> ical.Event:
    series = meeting.series
    description = _("Join online: %(link)s") % {"link": meeting.video_link} if meeting.video_link else ""
    return ical.Event(
        uid=f"{meeting.pk}.{series.uid}",
        sequence=series.sequence,
        stamp=meeting.starts_at,
        start=meeting.local_start,
        minutes=meeting.minutes,
        summary=f"{series.group.name}: {meeting.title}" if meeting.title != series.group.name else meeting.title,
        location=meeting.where,
        description=description,
        url=settings.PUBLIC_URL + meeting.get_absolute_url(),
        status="CANCELLED" if meeting.is_canceled else "CONFIRMED",
    )
