"""Who is invited to a series: the members of its group who have an address, each once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from meetings.models import GroupMember, MeetingInvitation, Series
from onestop.accounts import signed_links

LINK_DAYS = 400  # a link lives this long after the last mail about the series


def members_to_invite(series: Series, *, at: datetime) -> dict[str, GroupMember]:
    """Return the members who are invited, by address; an alternate comes only if the person in the seat says so."""
    today = at.astimezone(series.zone_info).date()
    members = GroupMember.objects.on(today).filter(group=series.group, is_alternate=False).in_order()
    found: dict[str, GroupMember] = {}
    for member in members:
        if member.address and (member.user is None or member.user.is_active):
            found.setdefault(member.address, member)
    return found


def match_roster(series: Series, *, at: datetime) -> tuple[list[MeetingInvitation], list[MeetingInvitation]]:
    """Invite whoever came into the group, and end the invitations of those who left; return both. Lock the series."""
    wanted = members_to_invite(series, at=at)
    known = {each.email: each for each in invitations_of(series)}
    gone = [each for address, each in known.items() if address not in wanted]
    MeetingInvitation.objects.filter(pk__in=[each.pk for each in gone]).update(revoked_at=at)
    new = [new_invitation(series, member, at=at) for address, member in wanted.items() if address not in known]
    return MeetingInvitation.objects.bulk_create(new), gone


def new_invitation(series: Series, member: GroupMember, *, at: datetime) -> MeetingInvitation:
    """Return an invitation of a member, neither saved nor mailed."""
    return MeetingInvitation(
        series=series,
        member=member,
        user=member.user,
        name=member.name,
        email=member.address,
        nonce=signed_links.new_nonce(),
        asked_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )


def invitations_of(series: Series) -> list[MeetingInvitation]:
    """Return the invitations of a series that hold, by name, with the series as it is now; one query."""
    rows = series.invitations.unrevoked().select_related("user", "member__seat__partnership__organization")
    found = list(rows.order_by("name", "pk"))
    for invitation in found:
        invitation.series = series
    return found


def note_told(invitations: Collection[MeetingInvitation], sequence: int, *, at: datetime) -> None:
    """Record which calendar entry these people were sent last, and let their links live on."""
    MeetingInvitation.objects.filter(pk__in=[each.pk for each in invitations]).update(
        told_sequence=sequence, told_at=at, expires_at=at + timedelta(days=LINK_DAYS)
    )
