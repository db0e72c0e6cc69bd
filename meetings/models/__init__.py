"""Models of meetings."""

from meetings.models.actions import ActionItem, ActionLink, ActionUpdate
from meetings.models.agendas import AgendaItem, AgendaPaper, AgendaTemplate, AgendaTemplateItem, Purpose
from meetings.models.assistance import Question, QuestionEntry, QuestionProgram
from meetings.models.board_pages import BoardPage
from meetings.models.feeds import CalendarFeed
from meetings.models.groups import HOURS_A_MONTH, FurtherGroupArea, Group, MeetingPolicy
from meetings.models.invitations import Answer, Given, MeetingInvitation, Reply
from meetings.models.members import GroupMember, GroupSeat
from meetings.models.minutes import Minutes, MinutesCorrection, MinutesLink
from meetings.models.motions import Decision, Motion, Vote
from meetings.models.pdfs import MeetingPdf
from meetings.models.polls import Poll, PollAnswer, PollInvitation, PollTime
from meetings.models.records import Attendance, MeetingNote, MeetingRecord
from meetings.models.series import DETAILS, How, Meeting, Series
from meetings.models.trainings import (
    Training,
    TrainingCount,
    TrainingFeedback,
    TrainingFeedbackLink,
    TrainingFollowUp,
    TrainingFollowUpLink,
    TrainingMaterial,
    TrainingProgram,
    TrainingTeacher,
)

__all__ = [
    "DETAILS",
    "HOURS_A_MONTH",
    "ActionItem",
    "ActionLink",
    "ActionUpdate",
    "AgendaItem",
    "AgendaPaper",
    "AgendaTemplate",
    "AgendaTemplateItem",
    "Answer",
    "Attendance",
    "BoardPage",
    "CalendarFeed",
    "Decision",
    "FurtherGroupArea",
    "Given",
    "Group",
    "GroupMember",
    "GroupSeat",
    "How",
    "Meeting",
    "MeetingInvitation",
    "MeetingNote",
    "MeetingPdf",
    "MeetingPolicy",
    "MeetingRecord",
    "Minutes",
    "MinutesCorrection",
    "MinutesLink",
    "Motion",
    "Poll",
    "PollAnswer",
    "PollInvitation",
    "PollTime",
    "Purpose",
    "Question",
    "QuestionEntry",
    "QuestionProgram",
    "Reply",
    "Series",
    "Training",
    "TrainingCount",
    "TrainingFeedback",
    "TrainingFeedbackLink",
    "TrainingFollowUp",
    "TrainingFollowUpLink",
    "TrainingMaterial",
    "TrainingProgram",
    "TrainingTeacher",
    "Vote",
]
