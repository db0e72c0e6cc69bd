"""Days and times in words, in the language of the page.

English is as in the United States; exports and editions of the manual are always in English. Other languages have the
words of Django's own catalogs in the order that ours sets.
"""

from datetime import date, datetime, time

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, pgettext


def is_english() -> bool:
    """Return whether texts are written in English."""
    return (get_language() or "en").startswith("en")


def short_day(value: date) -> str:
    """Return "Dec 8, 2026"; in Spanish "8 dic 2026"."""
    if is_english():
        return f"{value:%b} {value.day}, {value.year}"
    words = {"day": value.day, "month": _small(MONTHS_3[value.month]), "year": value.year}
    return pgettext("short date", "%(month)s %(day)s, %(year)s") % words


def month_and_day(value: date) -> str:
    """Return "Dec 8"; in Spanish "8 dic"."""
    if is_english():
        return f"{value:%b} {value.day}"
    return pgettext("short date", "%(month)s %(day)s") % {"day": value.day, "month": _small(MONTHS_3[value.month])}


def month_and_year(value: date) -> str:
    """Return "December 2026"; in Spanish "diciembre de 2026"."""
    if is_english():
        return f"{value:%B %Y}"
    words = {"month": _small(MONTHS[value.month]), "year": value.year}
    return pgettext("long date", "%(month)s %(year)s") % words


def weekday(value: date) -> str:
    """Return "Tuesday"; in Spanish "martes"."""
    return f"{value:%A}" if is_english() else _small(WEEKDAYS[value.weekday()])


def short_weekday(value: date) -> str:
    """Return "Tue"; in Spanish "mar"."""
    return f"{value:%a}" if is_english() else _small(WEEKDAYS_ABBR[value.weekday()])


def clock_time(value: datetime | time) -> str:
    """Return "9:00 AM"; in Spanish "9:00 a. m.", with spaces at which no line breaks."""
    words = f"{value.hour % 12 or 12}:{value.minute:02d}"
    if is_english():
        return f"{words} {'AM' if value.hour < 12 else 'PM'}"
    half = pgettext("time of day", "AM") if value.hour < 12 else pgettext("time of day", "PM")
    return f"{words} {half}".replace(" ", "\N{NO-BREAK SPACE}")


def _small(word: object) -> str:
    return str(word).lower()
