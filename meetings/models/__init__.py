"""Models of meetings."""

from meetings.models.feeds import CalendarFeed
from meetings.models.groups import HOURS_A_MONTH, FurtherGroupArea, Group, MeetingPolicy
from meetings.models.invitations import Answer, Given, MeetingInvitation, Reply
from meetings.models.members import GroupMember, GroupSeat
from meetings.models.polls import Poll, PollAnswer, PollInvitation, PollTime
from meetings.models.series import DETAILS, How, Meeting, Series

__all__ = [
    "DETAILS",
    "HOURS_A_MONTH",
    "Answer",
    "CalendarFeed",
    "FurtherGroupArea",
    "Given",
    "Group",
    "GroupMember",
    "GroupSeat",
    "How",
    "Meeting",
    "MeetingInvitation",
    "MeetingPolicy",
    "Poll",
    "PollAnswer",
    "PollInvitation",
    "PollTime",
    "Reply",
    "Series",
]
