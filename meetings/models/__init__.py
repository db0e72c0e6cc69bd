"""Models of meetings."""

from meetings.models.actions import ActionItem, ActionLink, ActionUpdate
from meetings.models.agendas import AgendaItem, AgendaPaper, AgendaTemplate, AgendaTemplateItem, Purpose
from meetings.models.assistance import Question, QuestionEntry, QuestionProgram
from meetings.models.board_pages import BoardPage
from meetings.models.feeds import CalendarFeed
from meetings.models.goals import (
    Goal,
    GoalChange,
    GoalConsent,
    GoalLink,
    GoalMilestone,
    GoalPartner,
    GoalTie,
    GoalUpdate,
)
from meetings.models.groups import HOURS_A_MONTH, FurtherGroupArea, Group, MeetingPolicy
from meetings.models.invitations import Answer, Given, MeetingInvitation, Reply
from meetings.models.members import GroupMember, GroupSeat
from meetings.models.minutes import Minutes, MinutesCorrection, MinutesLink
from meetings.models.motions import Decision, Motion, Vote
from meetings.models.needs import Need, NeedMet
from meetings.models.pdfs import MeetingPdf
from meetings.models.plans import PlanAction, PlanProposal, SharedPlan, Strategy, StrategyPartner
from meetings.models.polls import Poll, PollAnswer, PollInvitation, PollTime
from meetings.models.projects import (
    Project,
    ProjectCount,
    ProjectOutcome,
    ProjectPartner,
    ProjectPractice,
    ProjectTie,
)
from meetings.models.raised import RaisedEntry, RaisedIssue
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
from meetings.models.values import Affirmation, ValuesStatement

__all__ = [
    "DETAILS",
    "HOURS_A_MONTH",
    "ActionItem",
    "ActionLink",
    "ActionUpdate",
    "Affirmation",
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
    "Goal",
    "GoalChange",
    "GoalConsent",
    "GoalLink",
    "GoalMilestone",
    "GoalPartner",
    "GoalTie",
    "GoalUpdate",
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
    "Need",
    "NeedMet",
    "PlanAction",
    "PlanProposal",
    "Poll",
    "PollAnswer",
    "PollInvitation",
    "PollTime",
    "Project",
    "ProjectCount",
    "ProjectOutcome",
    "ProjectPartner",
    "ProjectPractice",
    "ProjectTie",
    "Purpose",
    "Question",
    "QuestionEntry",
    "QuestionProgram",
    "RaisedEntry",
    "RaisedIssue",
    "Reply",
    "Series",
    "SharedPlan",
    "Strategy",
    "StrategyPartner",
    "Training",
    "TrainingCount",
    "TrainingFeedback",
    "TrainingFeedbackLink",
    "TrainingFollowUp",
    "TrainingFollowUpLink",
    "TrainingMaterial",
    "TrainingProgram",
    "TrainingTeacher",
    "ValuesStatement",
    "Vote",
]
