"""A board's committee that met: a roll, notes, a motion with votes, a decision, an action item; and what pages say."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from meetings.minutes import drafting
from meetings.models import Group, GroupMember, Meeting, Minutes
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership
from tests import factories
from tests.meetings.meeting_world import make_group

HELD = datetime(2026, 10, 13, 9, 0)  # noqa: DTZ001 -- wall-clock time
NEXT = datetime(2026, 11, 10, 9, 0)  # noqa: DTZ001
AT = datetime(2026, 10, 14, 15, 0, tzinfo=LocalArea().zone)
UNTIL = date(2026, 10, 28)
HOSTILE = "# No heading\n- no list\n1. none\n**not bold** [link](https://evil.example) <b>x</b> {{field}} \\* _a_"


@dataclass
class HeldMeeting:
    """A meeting that was held, its group and people."""

    group: Group
    staff: User
    meeting: Meeting
    following: Meeting
    members: list[GroupMember]

    def draft(self) -> Minutes:
        """Return its minutes, drafted now."""
        return drafting.draft_minutes(self.meeting, by=self.staff, at=AT)


def hold(area: LocalArea, partner: Partnership, cast: dict[str, User], **fields: Any) -> HeldMeeting:
    """Return a meeting that was held, of which much was recorded."""
    group, members = make_group(area, partner, cast["manager"], **fields)
    series = factories.make_series(group, first_on=HELD.date(), sequence=1)
    meeting = factories.make_meeting(series, HELD, status="held")
    following = factories.make_meeting(series, NEXT)
    return HeldMeeting(group, cast["staff"], meeting, following, members)


def record(held: HeldMeeting) -> None:
    """Record a roll, notes, a motion, a decision and an action item of a meeting."""
    meeting = held.meeting
    seat, other = held.members[0].seat, held.members[1].seat
    assert seat
    assert other
    opened_at = meeting.starts_at + timedelta(minutes=2)
    factories.make_record(meeting, opened_at=opened_at, closed_at=meeting.ends_at, voting_seats=2, seats_needed=2)
    factories.make_attendance(meeting, seat, name="Alt Ernate", is_alternate=True)
    factories.make_attendance(meeting, other, name="Ann Example", presence="online")
    factories.make_attendance(meeting, name="Gus Guest", organization_name="The *Chamber*")
    item = factories.make_agenda_item(meeting, title="Shared # intake", position=1)
    factories.make_agenda_item(meeting, title="Next steps", position=2, outcome="carried")
    factories.make_meeting_note(meeting, item, text=HOSTILE)
    motion = factories.make_carried_motion(
        meeting, item=item, text="To adopt the form.", seconder_name="Alt Ernate", yes=1, no=0, abstain=1
    )
    assert seat
    assert other
    motion.votes.create(seat=seat, name="Alt Ernate", cast="yes")
    motion.votes.create(seat=other, name="Ann Example", cast="abstain")
    factories.make_meeting_decision(meeting, item=item, motion=motion, text="One form for all.")
    factories.make_action(
        held.group, meeting=meeting, item=item, text="Print the form.", partnership=seat.partnership, name="Joel",
        due_on=date(2026, 11, 3),
    )  # fmt: skip


def words(answer: Any) -> str:
    """Return a page in one line."""
    return " ".join(answer.content.decode().split())


def told_by(html: str) -> str:
    """Return the words of some HTML in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
