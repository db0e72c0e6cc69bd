"""The models of notices."""

from onestop.notices.models.codes import OneTimeCode
from onestop.notices.models.inbound import InboundMail, MailboxPoll
from onestop.notices.models.notice import Notice, Resend, name_of, names_of
from onestop.notices.models.parts import NoticePart
from onestop.notices.models.preferences import (
    Bounce,
    Cadence,
    DeliverySchedule,
    Preference,
    StoppedAddress,
    delivery_schedule_of,
)
from onestop.notices.models.rules import Rule, RuleStep, WeeklyLimit
from onestop.notices.models.runs import PlannerRun

__all__ = [
    "Bounce",
    "Cadence",
    "DeliverySchedule",
    "InboundMail",
    "MailboxPoll",
    "Notice",
    "NoticePart",
    "OneTimeCode",
    "PlannerRun",
    "Preference",
    "Resend",
    "Rule",
    "RuleStep",
    "StoppedAddress",
    "WeeklyLimit",
    "delivery_schedule_of",
    "name_of",
    "names_of",
]
