"""Read weekdays and hours as people type them: "Mon-Fri", "1st & 3rd Tue", "9-12", "8:30am to 4pm"."""

import re
from datetime import time

from django.utils.translation import gettext as _

from partners.importing.cells import CannotRead, fold
from partners.models import Rhythm

Days = list[tuple[int, str]]  # (weekday, rhythm) pairs

WEEKDAYS = {
    "m": 1, "mo": 1, "mon": 1, "monday": 1, "t": 2, "tu": 2, "tue": 2, "tues": 2, "tuesday": 2,
    "w": 3, "we": 3, "wed": 3, "weds": 3, "wednesday": 3,
    "th": 4, "r": 4, "thu": 4, "thur": 4, "thurs": 4, "thursday": 4, "f": 5, "fr": 5, "fri": 5, "friday": 5,
    "sa": 6, "sat": 6, "saturday": 6, "su": 7, "sun": 7, "sunday": 7,
}  # fmt: skip
SEVERAL = {"daily": 5, "weekdays": 5, "weekday": 5, "workdays": 5, "businessdays": 5, "everyday": 7, "day": 7}
NUMBERS = {
    "1st": Rhythm.FIRST, "first": Rhythm.FIRST, "2nd": Rhythm.SECOND, "second": Rhythm.SECOND,
    "3rd": Rhythm.THIRD, "third": Rhythm.THIRD, "4th": Rhythm.FOURTH, "fourth": Rhythm.FOURTH, "last": Rhythm.LAST,
}  # fmt: skip
SILENT = {"and", "of", "the", "month", "each", "every", "on", "monthly", "a", "only", "week", "weekly"}
LETTERS = re.compile(r"(?:th|su|sa|m|t|w|r|f)+")  # MWF, TTh
LETTER = re.compile(r"th|su|sa|m|t|w|r|f")
TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s*m?\.?)?", re.IGNORECASE)
BETWEEN = re.compile(r"-|\u2013|\u2014|\bto\b|\buntil\b|\btill\b", re.IGNORECASE)
EARLIEST = 7  # an hour before it without AM or PM is in the afternoon


# ---------------------------------------------------------------- Days
def read_days(text: str) -> Days:
    """Return the weekdays in a cell, each with its rhythm.

    :raises CannotRead: if there are none, or if there is other text.
    """
    found: Days = []
    rhythms: list[str] = []
    waiting_for_end = 0
    was_number = False
    for word in _words(text):
        if word == "-":
            if not found:
                raise CannotRead(_("There is no weekday before the dash. Write it like Mon-Fri."))
            waiting_for_end = found[-1][0]
        elif word in NUMBERS:
            rhythms = [*rhythms, str(NUMBERS[word])] if was_number else [str(NUMBERS[word])]
            was_number = True
        elif word not in SILENT:
            for day in _weekdays(word):
                days = range(waiting_for_end + 1, day + 1) if waiting_for_end else [day]
                if waiting_for_end and day <= waiting_for_end:
                    raise CannotRead(_("The last weekday is before the first. Write it like Mon-Fri."))
                found += [(one, rhythm) for one in days for rhythm in rhythms or [""]]
            waiting_for_end, was_number = 0, False
    if not found or waiting_for_end or was_number:
        raise CannotRead(_("There is no weekday. Write it like Mon, Wed or 1st & 3rd Tue."))
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    plain = re.sub(r"[\u2013\u2014]|\b(?:to|through|thru)\b", "-", text.lower())
    plain = re.sub(r"[&+/,;.]|\n", " ", plain).replace("-", " - ")
    return plain.split()


def _weekdays(word: str) -> list[int]:
    name = fold(word).replace(" ", "")
    for spelling in (name, name.removesuffix("s")):
        if spelling in WEEKDAYS:
            return [WEEKDAYS[spelling]]
        if spelling in SEVERAL:
            return list(range(1, SEVERAL[spelling] + 1))
    if LETTERS.fullmatch(name):
        return [WEEKDAYS[letter] for letter in LETTER.findall(name)]
    raise CannotRead(_("“%(word)s” is not a weekday. Write it like Mon, Wed or 1st & 3rd Tue.") % {"word": word})


# ---------------------------------------------------------------- Hours
def read_hours(text: str) -> tuple[time, time]:
    """Return the start and end of "9-12", "8:30am to 4pm", "1 - 4 pm".

    :raises CannotRead: if it is not two times of one day.
    """
    ends = [part for part in map(str.strip, BETWEEN.split(text)) if part]
    if len(ends) != 2:
        raise CannotRead(_("A start or end time is missing. Write it like 9:00 AM to 4:00 PM."))
    return pair(ends[0], ends[1])


def pair(starts: str, ends: str) -> tuple[time, time]:
    """Return two times of one day, the second in the afternoon if needed: "9" and "5", "1" and "4 PM".

    :raises CannotRead: if one of them is not a time.
    """
    starts_at, ends_at = read_time(starts), read_time(ends)
    if ends_at <= starts_at and ends_at.hour < 12 and not _says_half(ends):
        ends_at = ends_at.replace(hour=ends_at.hour + 12)
    return starts_at, ends_at


def read_time(text: str, *, longest: int = 0) -> time:
    """Return a time of day from 9, 9:30, 4pm, 13:00, noon, or an Excel fraction of a day.

    :raises CannotRead: if it is not a time.
    """
    words = " ".join(text.lower().split())
    if words in ("noon", "12 noon", "12:00 noon", "midday"):
        return time(12)
    if re.fullmatch(r"0?\.\d+", words):  # how a spreadsheet stores a time without a time format
        minutes = round(float(words) * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    match = TIME.fullmatch(words)
    if match is None:
        raise CannotRead(_("This is not a time. Write it like 9:00 AM."))
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), match.group(3)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    elif not half and hour < EARLIEST and not words.startswith("0"):
        hour += 12
    if hour > 23 or minute > 59:
        raise CannotRead(_("This is not a time. Write it like 9:00 AM."))
    return time(hour, minute)


def _says_half(text: str) -> bool:
    match = TIME.fullmatch(" ".join(text.lower().split()))
    return bool(match and match.group(3))
