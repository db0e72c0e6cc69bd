"""Days and hours of a week: as a text that people read, and as the hours of each weekday."""

import re
from collections.abc import Iterator, Mapping
from datetime import time

from partners.importing import times
from partners.importing.cells import CannotRead

Spans = dict[int, list[tuple[time, time]]]  # the hours of each weekday; 1 is Monday

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*+([ap])?\.?\s*+(?:m\.?)?", re.IGNORECASE)
OFFSET = re.compile(r"(?<=\d)\s*(?:Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
CLAUSE = re.compile(r"([^\d]+)(\d.*)", re.DOTALL)
LONGEST = 300  # characters of a text that is read as hours


def read_day(text: str) -> int | None:
    """Return the number of a weekday from its name or number, or ``None``."""
    if text.strip() in set("1234567"):
        return int(text)
    start = text.strip().lower()[:3]
    return next((at for at, day in enumerate(DAYS, start=1) if day.lower() == start), None)


def read_clock(text: str) -> time | None:
    """Return a time of day from 09:00, 9 AM, 09:00:00 or 09:00-05:00, which is local time; or ``None``."""
    match = CLOCK.fullmatch(OFFSET.sub("", text.strip()))
    if match is None:
        return None
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), (match.group(3) or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_week(text: str) -> Spans | None:
    """Return the hours in a text like "Mon to Fri 8:00 AM to 5:00 PM; Sat 9-12", or ``None`` if it says more."""
    found: Spans = {}
    if not text.strip() or len(text) > LONGEST:
        return None
    try:
        for clause in re.split(r"[;\n]", text):
            match = CLAUSE.fullmatch(clause.strip())
            if match is None:
                return None
            days = times.read_days(match.group(1))
            spans = [times.read_hours(part) for part in match.group(2).split(",")]
            if any(rhythm for _, rhythm in days) or any(closes <= opens for opens, closes in spans):
                return None
            for day, _ in days:
                found.setdefault(day, []).extend(spans)
    except CannotRead:
        return None
    return {day: sorted(found[day]) for day in sorted(found)}


def write_week(week: Mapping[int, list[tuple[time, time]]]) -> str:
    """Return hours as a text, with days of the same hours together."""
    hours = {day: ", ".join(map(write_span, spans)) for day, spans in sorted(week.items())}
    return "; ".join(_weeks(hours))


def write_span(span: tuple[time, time]) -> str:
    """Return the hours from one time to another as a text."""
    return f"{_clock(span[0])} to {_clock(span[1])}"


def _clock(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def _weeks(hours: dict[int, str]) -> Iterator[str]:
    start: int | None = None
    for day, spans in hours.items():
        if start is None:
            start = day
        if hours.get(day + 1) == spans:
            continue
        first, last = DAYS[start - 1], DAYS[day - 1]
        yield f"{first} {spans}" if start == day else f"{first} to {last} {spans}"
        start = None
