"""Recurrence of meetings: the dates of a rule, the rules that forms offer, their wording, and what is wrong with one.

A rule is the value of an RRULE (RFC 5545, 3.3.10) without "RRULE:", such as "FREQ=MONTHLY;BYDAY=2TU;COUNT=10"; an empty
one means that something happens once. It is read on the wall clock: a start is a naive local time, UNTIL is a local
date or a local time, and a meeting at 9:00 stays at 9:00 when the clocks change.
"""

from meetings.recurrence.closed_days import Shifted, shift_for_closed
from meetings.recurrence.dates import gap_days, in_zone, occurrences
from meetings.recurrence.problems import Problem, problems_of
from meetings.recurrence.rules import BadRule
from meetings.recurrence.shapes import RuleParts, Shape, build_rule, read_rule
from meetings.recurrence.words import say_rule

__all__ = [
    "BadRule",
    "Problem",
    "RuleParts",
    "Shape",
    "Shifted",
    "build_rule",
    "gap_days",
    "in_zone",
    "occurrences",
    "problems_of",
    "read_rule",
    "say_rule",
    "shift_for_closed",
]
