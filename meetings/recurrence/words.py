"""Rules as text."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from meetings.recurrence.rules import Rule, parse_rule
from onestop.ui.dates import is_english
from onestop.ui.presentation import clock, day, shortday
from onestop.ui.sentences import join_words

NTH: Mapping[int, str | Promise] = {
    1: gettext_lazy("first"), 2: gettext_lazy("second"), 3: gettext_lazy("third"), 4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"), -1: gettext_lazy("last"),
}  # fmt: skip
# Which months, in "every third month"; other languages count them: "cada tres meses".
ORDINALS: Mapping[int, str | Promise] = {
    2: pgettext_lazy("every … month", "other"), 3: pgettext_lazy("every … month", "third"),
    4: pgettext_lazy("every … month", "fourth"), 5: pgettext_lazy("every … month", "fifth"),
    6: pgettext_lazy("every … month", "sixth"), 12: pgettext_lazy("every … month", "12th"),
}  # fmt: skip


def say_rule(rule: str, start: datetime, minutes: int) -> str:
    """Return a rule as text: "Second Tuesday of every other month, 9:00 to 10:30 AM, until Jun 30, 2028".

    :raises BadRule: if the rule is broken or not supported.
    """
    if not rule.strip():
        return _("%(days)s, %(hours)s") % {"days": day(start, "plain"), "hours": _hours(start, minutes)}
    read = parse_rule(rule)
    words = {"days": _say_days(read.filled(start.date())), "hours": _hours(start, minutes)}
    if read.until:
        return _("%(days)s, %(hours)s, until %(last)s") % (words | {"last": shortday(read.until.date())})
    if read.count:
        text = ngettext("%(days)s, %(hours)s, %(number)s time", "%(days)s, %(hours)s, %(number)s times", read.count)
        return text % (words | {"number": read.count})
    return _("%(days)s, %(hours)s") % words


def _hours(start: datetime, minutes: int) -> str:
    """Return "9:00 to 10:30 AM", or "11:00 AM to 1:00 PM"."""
    first, last = clock(start), clock(start + timedelta(minutes=minutes))
    if minutes <= 0:
        return first
    if minutes < 12 * 60 and first[-2:] == last[-2:] and first.endswith(("AM", "PM")):
        first = first[:-3]
    return pgettext("hours", "%(first)s to %(last)s") % {"first": first, "last": last}


def _say_days(rule: Rule) -> str:
    weekdays = sorted({weekday for _number, weekday in rule.weekdays})
    if rule.frequency == "DAILY" and not (weekdays or rule.months or rule.month_days):
        return capfirst(_every("day", rule.interval))
    if rule.frequency == "WEEKLY" and not rule.months:
        return _say_weekdays(weekdays, rule.interval)
    days = "" if rule.positions or rule.frequency in ("DAILY", "WEEKLY") else _say_days_of_month(rule)
    if days and rule.frequency == "MONTHLY" and not rule.months:
        return _("%(days)s of %(period)s") % {"days": days, "period": _every("month", rule.interval)}
    if days and rule.months and (rule.frequency == "YEARLY" or rule.interval == 1):
        year = _("each year") if rule.interval == 1 else _every("year", rule.interval)
        months = join_words(MONTHS[month] for month in rule.months)
        if len(rule.months) == len(rule.month_days) == 1 and rule.month_days[0] > 0:
            return _("%(month)s %(day)s %(year)s") % {"month": months, "day": rule.month_days[0], "year": year}
        return _("%(days)s of %(months)s %(year)s") % {"days": days, "months": months, "year": year}
    return _("Custom schedule")


def _say_weekdays(weekdays: list[int], interval: int) -> str:
    names = join_words(WEEKDAYS[weekday] for weekday in weekdays)
    if interval == 1:
        short = {(0, 1, 2, 3, 4): _("Every weekday"), (0, 1, 2, 3, 4, 5, 6): _("Every day")}
        return short.get(tuple(weekdays)) or _("Every %(weekdays)s") % {"weekdays": names}
    if interval == 2 and len(weekdays) == 1:
        return _("Every other %(weekday)s") % {"weekday": names}
    every = capfirst(_every("week", interval))
    return _("%(every)s on %(weekdays)s") % {"every": every, "weekdays": names}


def _say_days_of_month(rule: Rule) -> str:
    """Return "Second Tuesday", "First and third Tuesday", "Day 15", "Last day"; empty if there are no words for it."""
    if rule.month_days and rule.weekdays:
        return ""
    if rule.month_days:
        from_end, numbers = [one for one in rule.month_days if one < 0], [one for one in rule.month_days if one > 0]
        if from_end not in ([], [-1]):
            return ""
        words = [ngettext("day %(days)s", "days %(days)s", len(numbers)) % {"days": join_words(numbers)}]
        return capfirst(join_words((words if numbers else []) + [_("last day")] * len(from_end)))
    if any(number not in NTH for number, _weekday in rule.weekdays):
        return ""
    if len({weekday for _number, weekday in rule.weekdays}) == 1:
        nths = join_words(NTH[number] for number, _weekday in sorted(rule.weekdays, key=lambda one: one[0] % 10))
        return capfirst(f"{nths} {WEEKDAYS[rule.weekdays[0][1]]}")
    return capfirst(join_words(f"{NTH[number]} {WEEKDAYS[weekday]}" for number, weekday in rule.weekdays))


def _every(unit: Literal["day", "week", "month", "year"], number: int) -> str:
    """Return "every month", "every other month", "every third month"."""
    single, several = {
        "day": (_("every day"), _("every %(ordinal)s day")),
        "week": (_("every week"), _("every %(ordinal)s week")),
        "month": (_("every month"), _("every %(ordinal)s month")),
        "year": (_("every year"), _("every %(ordinal)s year")),
    }[unit]
    which = ORDINALS.get(number) or (ordinal(number) if is_english() else number)
    return single if number == 1 else several % {"ordinal": which}
