"""The tables of what the portal tells people."""

from onestop.notices.models.notice import Notice, Resend, name_of, names_of
from onestop.notices.models.preferences import Bounce, Cadence, Preference, Timetable, timetable_of
from onestop.notices.models.rules import Ceiling, Rule, RuleStep
from onestop.notices.models.runs import PlannerRun

__all__ = [
    "Bounce",
    "Cadence",
    "Ceiling",
    "Notice",
    "PlannerRun",
    "Preference",
    "Resend",
    "Rule",
    "RuleStep",
    "Timetable",
    "name_of",
    "names_of",
    "timetable_of",
]
