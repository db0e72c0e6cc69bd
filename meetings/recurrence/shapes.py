"""The rules that forms offer, as their parts."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from django.utils.translation import gettext as _

from meetings.recurrence.rules import CODES, BadRule, Rule, parse_rule

Shape = Literal["weekly", "monthly_weekday", "monthly_day", "yearly_weekday", "yearly_day"]


@dataclass(frozen=True)
class RuleParts:
    """A rule as a form offers it.

    ``weekdays`` as date.weekday() counts, several only for "weekly"; ``nth`` 1 to 5, or -1 for the last one, for the
    shapes with a weekday; ``day`` of the month, 1 to 31, or -1 for the last one, for the others; ``month`` for yearly
    ones. ``interval`` counts weeks, months or years. It ends on ``until`` (inclusive), after ``count`` times, or never.
    """

    shape: Shape
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    day: int = 0
    month: int = 0
    until: date | None = None
    count: int | None = None


def build_rule(parts: RuleParts) -> str:
    """Return the rule.

    :raises BadRule: if a part is missing or out of its range.
    """
    by_weekday = parts.shape == "weekly" or parts.shape.endswith("_weekday")
    if by_weekday and not (parts.weekdays and all(0 <= weekday <= 6 for weekday in parts.weekdays)):
        raise BadRule(_("Choose at least one weekday."))
    text = [f"FREQ={parts.shape.partition('_')[0].upper()}"]
    text += [f"INTERVAL={parts.interval}"] if parts.interval != 1 else []
    text += [f"BYMONTH={parts.month}"] if parts.shape.startswith("yearly") else []
    if parts.shape == "weekly":
        text.append("BYDAY=" + ",".join(CODES[weekday] for weekday in sorted(set(parts.weekdays))))
    elif by_weekday:
        text.append(f"BYDAY={parts.nth}{CODES[parts.weekdays[0]]}")
    else:
        text.append(f"BYMONTHDAY={parts.day}")
    text += [f"COUNT={parts.count}"] if parts.count is not None else []
    text += [f"UNTIL={parts.until:%Y%m%d}"] if parts.until else []
    rule = ";".join(text)
    parse_rule(rule)
    if not read_rule(rule):
        raise BadRule(_("Choose which day of the month."))
    return rule


def read_rule(rule: str, start: date | None = None) -> RuleParts | None:
    """Return a rule as a form offers it; None if it is none of these rules, as imported ones may be.

    With its start, also of a rule that takes its day from there, such as "FREQ=WEEKLY".
    """
    try:
        read = parse_rule(rule)
    except BadRule:
        return None
    read = read.filled(start) if start else read
    shape = _shape_of(read)
    if shape is None or (read.until and read.until.time() < time(23, 59, 59)):
        return None
    return RuleParts(
        shape,
        interval=read.interval,
        weekdays=tuple(sorted(weekday for _number, weekday in read.weekdays)),
        nth=read.weekdays[0][0] if read.weekdays else 0,
        day=read.month_days[0] if read.month_days else 0,
        month=read.months[0] if read.months else 0,
        until=read.until.date() if read.until else None,
        count=read.count,
    )


def _shape_of(rule: Rule) -> Shape | None:
    numbers = [number for number, _weekday in rule.weekdays]
    if rule.positions or len(rule.months) != (1 if rule.frequency == "YEARLY" else 0):
        return None
    if rule.frequency == "WEEKLY":
        fits = bool(numbers) and (rule.week_start == 0 or rule.interval == 1)
        return "weekly" if fits else None
    yearly = rule.frequency == "YEARLY"
    if len(numbers) == 1 and not rule.month_days and (1 <= numbers[0] <= 5 or numbers[0] == -1):
        return "yearly_weekday" if yearly else "monthly_weekday"
    if len(rule.month_days) == 1 and not numbers and rule.month_days[0] >= -1:
        return "yearly_day" if yearly else "monthly_day"
    return None
