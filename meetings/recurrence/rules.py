"""Parse a rule (RFC 5545, 3.3.10), and refuse what is broken, unsupported, or read differently by programs."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words

LONGEST = 500  # characters of a rule
MOST_TIMES = 1_000  # COUNT
MOST_INTERVAL = 999
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as date.weekday() counts
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"}
NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
ON_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
END = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2}))?")
Weekday = tuple[int, int]  # which one of its period (0: each, -1: the last), and date.weekday()


class BadRule(ValueError):
    """A rule that is broken, or that is not supported; the message says why."""


@dataclass(frozen=True)
class Rule:
    """A rule, parsed. ``until`` is the last moment of a day if the rule has a date."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def is_numbered_in_year(self) -> bool:
        """Whether 2TU is the second Tuesday of a year, and not of a month."""
        return self.frequency == "YEARLY" and not self.months

    def filled(self, start: date) -> "Rule":
        """Return the rule with what it takes from its start where it names no day (RFC 5545, 3.3.10)."""
        if self.weekdays or self.month_days or self.frequency == "DAILY":
            return self
        if self.frequency == "WEEKLY":
            return replace(self, weekdays=((0, start.weekday()),))
        months = self.months or ((start.month,) if self.frequency == "YEARLY" else ())
        return replace(self, months=months, month_days=(start.day,))


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """Return a rule parsed; it must not be empty.

    :raises BadRule: if it is broken or not supported.
    """
    if len(text) > LONGEST:
        raise BadRule(_("The rule is longer than %(number)s characters.") % {"number": LONGEST})
    parts: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise BadRule(_("“%(part)s” is not a part of a rule.") % {"part": part[:40]})
        parts[name] = value
    if strange := sorted(parts.keys() - KNOWN):
        raise BadRule(_("%(names)s is not supported in a rule.") % {"names": join_words(strange)[:80]})
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(_("A rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."))
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule(_("A rule ends after a number of times or on a date, not both."))
    rule = Rule(
        parts["FREQ"],
        interval=_number(parts, "INTERVAL", MOST_INTERVAL) or 1,
        count=_number(parts, "COUNT", MOST_TIMES),
        until=_end(parts["UNTIL"]) if "UNTIL" in parts else None,
        months=_numbers(parts, "BYMONTH", 12, signed=False),
        month_days=_numbers(parts, "BYMONTHDAY", 31),
        weekdays=tuple(dict.fromkeys(_weekday(one) for one in parts.get("BYDAY", "").split(",") if "BYDAY" in parts)),
        positions=_numbers(parts, "BYSETPOS", 366),
        week_start=_code(parts.get("WKST", "MO")),
    )
    _check(rule)
    return _numbered(rule)


def _numbered(rule: Rule) -> Rule:
    """Return a rule with BYDAY=2TU for BYDAY=TU;BYSETPOS=2, as Outlook writes it."""
    in_month = rule.frequency == "MONTHLY" or len(rule.months) == 1
    if not in_month or rule.month_days or not len(rule.positions) == len(rule.weekdays) == 1:
        return rule
    [position], [(number, weekday)] = rule.positions, rule.weekdays
    if number or abs(position) > 5:
        return rule
    return replace(rule, positions=(), weekdays=((position, weekday),))


def _check(rule: Rule) -> None:
    numbers = [number for number, _weekday in rule.weekdays if number]
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise BadRule(_("A weekly rule cannot name days of the month (BYMONTHDAY)."))
    if rule.is_numbered_in_year and rule.month_days:
        # RFC 5545 means that day of each month; the programs that write it mean one day a year.
        raise BadRule(_("A yearly rule that names days of the month needs BYMONTH."))
    if numbers and rule.frequency not in ("MONTHLY", "YEARLY"):
        raise BadRule(_("Only a monthly or yearly rule can number weekdays."))
    if numbers and len(numbers) < len(rule.weekdays):
        raise BadRule(_("A rule numbers all of its weekdays or none."))  # readers disagree about a mixture
    most = 53 if rule.is_numbered_in_year else 5
    if any(abs(number) > most for number in numbers):
        raise BadRule(_("Weekdays are numbered 1 to %(number)s.") % {"number": most})
    if rule.positions and (rule.frequency not in ("MONTHLY", "YEARLY") or not (rule.weekdays or rule.month_days)):
        raise BadRule(_("BYSETPOS needs a monthly or yearly rule that names days."))


def _number(parts: Mapping[str, str], name: str, most: int) -> int | None:
    if name not in parts:
        return None
    [number, *more] = _numbers(parts, name, most, signed=False)
    if more:
        raise BadRule(_("%(name)s needs one number.") % {"name": name})
    return number


def _numbers(parts: Mapping[str, str], name: str, most: int, *, signed: bool = True) -> tuple[int, ...]:
    if name not in parts:
        return ()
    values = parts[name].split(",")
    numbers = {int(value) for value in values if NUMBER.fullmatch(value)}
    if not all(NUMBER.fullmatch(value) for value in values) or not all(
        1 <= (abs(number) if signed else number) <= most for number in numbers
    ):
        raise BadRule(_("%(name)s needs numbers from 1 to %(most)s.") % {"name": name, "most": most})
    return tuple(sorted(numbers))


def _weekday(text: str) -> Weekday:
    found = ON_WEEKDAY.fullmatch(text)
    if not found or (found[1] and int(found[1]) == 0):
        raise BadRule(_("“%(text)s” is not a weekday.") % {"text": text[:40]})
    return int(found[1] or 0), CODES.index(found[2])


def _code(text: str) -> int:
    if text not in CODES:
        raise BadRule(_("“%(text)s” is not a weekday.") % {"text": text[:40]})
    return CODES.index(text)


def _end(text: str) -> datetime:
    """Return UNTIL, which is local here; a date includes the whole day."""
    if found := END.fullmatch(text):
        year, month, on, hour, minute, second = (int(part or 0) for part in found.groups())
        with suppress(ValueError):
            return datetime.combine(date(year, month, on), time(hour, minute, second) if found[4] else time.max)
    raise BadRule(_("UNTIL needs a local date or time that exists, such as 20270630."))
