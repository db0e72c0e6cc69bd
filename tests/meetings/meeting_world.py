"""A group with three partners, whose series was planned on a fixed day, and what a test does with it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from icalendar import Calendar

from meetings.invitations import updates
from meetings.models import Group, GroupMember, Meeting, MeetingInvitation, Series
from meetings.scheduling.series import plan_series
from onestop.accounts.models import User
from onestop.notices.models import Notice, NoticePart
from partners.models import LocalArea, Partnership
from tests import factories

# A Monday before the clocks change in autumn; the series meets on second Tuesdays at 9:00.
NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)
FIRST = date(2026, 9, 8)
TEN = timedelta(minutes=11)
MONTHLY = "FREQ=MONTHLY;BYDAY=2TU"


def wall(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a wall-clock time, which has no zone."""
    return datetime.combine(date(year, month, day), time(hour, minute))


def facts(**more: Any) -> dict[str, Any]:
    """Return what is typed to plan a monthly series."""
    given = {
        "title": "Partner team", "minutes": 90, "how": "both", "room": None, "place": "Center Street, room 2",
        "video_link": "https://video.example/team", "rule": MONTHLY, "first_on": FIRST, "starts": time(9),
        "until_on": None, "count": None, "when_closed": "next", "note": "Bring numbers.", "invites": True,
    }  # fmt: skip
    return given | more


@dataclass
class Team:
    """The group, its people and its series."""

    group: Group
    staff: User
    series: Series
    members: list[GroupMember]

    @property
    def meetings(self) -> list[Meeting]:
        """Its meetings, the first one first."""
        return list(self.series.meetings.with_place().order_by("starts_at"))

    def send(self, after: timedelta = TEN) -> int:
        """Mail what is due some time after it was planned."""
        return updates.send_due(at=NOW + after)

    def invitation(self, member: int = 0) -> MeetingInvitation:
        """Return the invitation of a member."""
        rows = MeetingInvitation.objects.with_recipient()
        return rows.get(series=self.series, member=self.members[member], revoked_at=None)


def make_group(area: LocalArea, partner: Partnership, manager: User, **fields: Any) -> tuple[Group, list[GroupMember]]:
    """Return a group with a member with an account, one with an address, and an alternate of the first."""
    group = factories.make_group(area, name="Partner team", **fields)
    seat, other = factories.make_group_seat(group, partner), factories.make_group_seat(group, label="Chamber")
    members = [
        factories.make_group_member(group, manager, seat=seat),
        factories.make_group_member(group, name="Ann Example", email="ann@chamber.example", seat=other),
        factories.make_group_member(group, name="Alt Ernate", email="alt@mill.example", seat=seat, is_alternate=True),
    ]
    return group, members


def make_team(area: LocalArea, partner: Partnership, cast: dict[str, User], **more: Any) -> Team:
    """Return a team whose series was planned now."""
    group, members = make_group(area, partner, cast["manager"])
    series = plan_series(group, facts=facts(**more), by=cast["staff"], at=NOW)
    return Team(group, cast["staff"], series, members)


def mails(kind: str = "") -> list[Notice]:
    """Return the mails about meetings that were written, the oldest first."""
    return list(Notice.objects.filter(kind__startswith=f"meetings.{kind}").order_by("pk"))


def words_of(notice: Notice) -> str:
    """Return the text of a mail in one line."""
    return " ".join(notice.text.split())


def page_words(response: Any) -> str:
    """Return the text of a page in one line."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def calendar_of(notice: Notice) -> Any:
    """Return the calendar entry of a mail."""
    return Calendar.from_ical(bytes(NoticePart.objects.get(notice=notice, kind="calendar").content))


def events_of(notice: Notice) -> list[Any]:
    """Return the events of the calendar entry of a mail."""
    return list(calendar_of(notice).walk("VEVENT"))
