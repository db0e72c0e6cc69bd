"""Send minutes to the members for correction: each gets one mail with a personal link."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from meetings.minutes.drafting import CannotKeepMinutes, lock_minutes
from meetings.models import GroupMember, Minutes, MinutesLink
from onestop.accounts import signed_links
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

ASKED = "meetings.minutes"
READ_ON = timedelta(days=90)  # a link shows the minutes and the answers this long after the last day for corrections
LONGEST_WAIT = timedelta(days=180)


@recorded
def send_for_correction(minutes: Minutes, *, until: date, by: User | None, at: datetime) -> list[MinutesLink]:
    """Ask all members, alternates too, for corrections until a day; return whom a mail was written to.

    Sent again, it changes the day, and asks members who came into the group since.

    :raises CannotKeepMinutes: if the minutes are approved, the day has passed, or nobody has an address.
    """
    minutes = lock_minutes(minutes)
    if minutes.is_approved:
        raise CannotKeepMinutes(_("These minutes are approved. Approved minutes never change."))
    today = at.astimezone(minutes.meeting.series.zone_info).date()
    if not today <= until <= today + LONGEST_WAIT:
        raise CannotKeepMinutes(_("Choose a day from today on, within six months."), field="until")
    new = _ask(minutes, until, today, by, at)
    if not new and not minutes.links.unrevoked().exists():
        raise CannotKeepMinutes(_("Nobody in this group has an email address."))
    minutes.status, minutes.corrections_until = Minutes.Status.CIRCULATED, until
    minutes.circulated_at = minutes.circulated_at or at
    if minutes.audience == Minutes.Audience.KEEPERS:
        minutes.audience = Minutes.Audience.GROUP
    minutes.save(update_fields=["status", "corrections_until", "circulated_at", "audience"])
    notify_many([_message(link, minutes) for link in new], at=at)
    return new


def _ask(minutes: Minutes, until: date, today: date, by: User | None, at: datetime) -> list[MinutesLink]:
    expires_at = datetime.combine(until, time.max, minutes.meeting.series.zone_info) + READ_ON
    minutes.links.unrevoked().update(expires_at=expires_at)
    known = set(minutes.links.unrevoked().values_list("email", flat=True))
    members: dict[str, GroupMember] = {}
    held = GroupMember.objects.on(today).filter(group=minutes.meeting.group_id)
    for member in held.in_order():
        if member.address and member.address not in known:
            members.setdefault(member.address, member)
    rows = [
        MinutesLink(
            minutes=minutes, member=member, user=member.user, name=member.name, email=address,
            nonce=signed_links.new_nonce(), asked_by=by, asked_at=at, expires_at=expires_at,
        )
        for address, member in members.items()
    ]  # fmt: skip
    return MinutesLink.objects.bulk_create(rows)


def _message(link: MinutesLink, minutes: Minutes) -> Message:
    return message_to(link, minutes, kind=ASKED, key=f"{ASKED}:{minutes.pk}:{link.pk}")


def message_to(
    link: MinutesLink, minutes: Minutes, *, kind: str, key: str, expires_at: datetime | None = None
) -> Message:
    """Return a mail about minutes to whom they were sent, with their personal link."""
    group, series = minutes.meeting.group, minutes.meeting.series
    return Message(
        kind=kind,
        key=key,
        to=contacts.person_at(link.email, link.user),
        about=[minutes.meeting, group],
        scope=group.area,
        why=_("You belong to the group %(group)s.") % {"group": group.name},
        path=link.address.removeprefix(settings.PUBLIC_URL),
        zone=series.zone_info,
        context={"minutes": minutes, "meeting": minutes.meeting, "group": group, "link": link},
        expires_at=expires_at,
    )


# ---------------------------------------------------------------- Nothing to correct
@recorded
def agree_by_link(link: MinutesLink, *, by: User | None, at: datetime) -> None:
    """Record that somebody has read the minutes and has no corrections, by their personal link.

    :raises LinkIsOver: if the link no longer works.
    """
    with signed_by_link(link):
        note_answered(lock_open(link, at), at)


@recorded
def agree(minutes: Minutes, *, by: User, at: datetime) -> None:
    """Record the same of somebody who signed in; without a link, there is nothing to record."""
    for link in links_of(minutes, by).select_for_update(of=("self",)):
        note_answered(link, at)


def links_of(minutes: Minutes, user: User) -> Any:
    """Return the link of somebody with an account: by the account, or by its address."""
    own = Q(user=user.pk) | Q(email=user.email.lower())
    return minutes.links.unrevoked().with_recipient().filter(own).order_by("pk")


def unanswered(links: Iterable[MinutesLink]) -> list[MinutesLink]:
    """Return the links of those who neither sent a correction nor said that they have none."""
    return [link for link in links if link.answered_at is None and link.holds_place]
