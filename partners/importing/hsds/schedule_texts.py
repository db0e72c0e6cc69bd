"""The schedules of HSDS 2 and 3, as one text of days and hours."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from partners.importing.hsds import hours
from partners.importing.hsds.tables import Row

ICAL_DAYS = {"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}
ICAL_DAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)", re.IGNORECASE)
ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "Last"}
LOCAL_TIMES = "Times are local, in "  # begins the notes of schedules that the portal has written
UNUSED = ("dtstart", "count", "byweekno", "bymonthday", "byyearday", "schedule_link", "attending_type")


def join_schedules(rows: Sequence[Row], longest: int, remarks: list[str]) -> tuple[str, list[str]]:
    """Return the days and hours of schedules, and texts that do not fit beside them."""
    week: hours.Spans = {}
    others: list[str] = []
    said: dict[str, None] = {}
    for row in rows:
        _read(row, week, others, remarks)
        notes = row.get("notes", "")
        for text in (row.get("description", ""), "" if notes.startswith(LOCAL_TIMES) else notes):
            if text:
                said[text] = None
        _remark_unused(row, remarks)
    texts = list(said)
    if len(texts) == 1 and not others and (not week or hours.read_week(texts[0]) == week):
        return (texts[0], []) if len(texts[0]) <= longest else (hours.write_week(week), texts)
    kept: list[str] = []
    for text in [hours.write_week(week), *dict.fromkeys(others), *texts]:
        if text and len("; ".join([*kept, text])) <= longest:
            kept.append(text.rstrip(";"))
            texts = [one for one in texts if one != text]
    return "; ".join(kept), texts


def _read(row: Row, week: hours.Spans, others: list[str], remarks: list[str]) -> None:
    opens, closes = row.get("opens_at", ""), row.get("closes_at", "")
    days = row.get("byday") or row.get("weekday", "")
    if not opens and not closes:
        if days and not row.get("description"):
            others.append(_days_in_words(days, row))
        return
    words = f"{days} {opens} to {closes}".strip()
    start, end = hours.read_clock(opens), hours.read_clock(closes)
    if start is None or end is None:
        remarks.append(_("Hours: “%(hours)s” cannot be read and was skipped.") % {"hours": words})
        return
    if end <= start:
        remarks.append(_("Hours: “%(hours)s” closes before it opens and was skipped.") % {"hours": words})
        return
    found = ICAL_DAY.findall(days)
    plain = [ICAL_DAYS[day.upper()] for number, day in found if not number]
    if not found and (day := hours.read_day(days)):
        plain = [day]
    if plain and len(plain) == len(found or plain) and row.get("interval", "").removesuffix(".0") in ("", "1"):
        for each in plain:
            spans = week.setdefault(each, [])
            if (start, end) not in spans:
                spans.append((start, end))
                spans.sort()
    else:
        span = hours.write_span((start, end))
        others.append(" ".join(part for part in (_days_in_words(days, row), span) if part))


def _days_in_words(days: str, row: Row) -> str:
    found = [
        " ".join(
            part for part in (ORDINALS.get(number.lstrip("+"), number), hours.DAYS[ICAL_DAYS[day.upper()] - 1]) if part
        )
        for number, day in ICAL_DAY.findall(days)
    ]
    interval = row.get("interval", "").removesuffix(".0")
    often = f"every {interval} weeks" if interval not in ("", "1") else ""
    return " ".join(part for part in (", ".join(found) or days, often) if part)


def _remark_unused(row: Row, remarks: list[str]) -> None:
    if unused := [f"{column} {row[column]}" for column in UNUSED if row.get(column)]:
        remarks.append(_("Hours: these parts of a schedule are not used: %(parts)s.") % {"parts": "; ".join(unused)})
    if until := row.get("valid_to") or row.get("until"):
        remarks.append(_("Hours: they are valid until %(day)s. Check whether they still are.") % {"day": until})
