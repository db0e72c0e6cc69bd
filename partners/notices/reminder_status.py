"""How far the portal's reminders have gone, in the words and the chip of a page."""

from onestop.notices.reminders import ReminderProgress, ReminderSubject
from onestop.ui.presentation import shortday
from partners.notices.stale_services import what_follows

Chip = tuple[str, str, str]


def chip_of(standing: ReminderProgress) -> Chip:
    """Return the standing of reminders as kind, word and icon of a chip."""
    if not standing.steps_told:
        return "rest", "Not reminded yet", "bell-slash"
    if standing.is_exhausted:
        return "now", times_of(standing), "bell-slash"
    return "way", _times(standing), "bell"


def words_of(standing: ReminderProgress) -> str:
    """Return it in a sentence: "Reminded 3 times, last Nov 20, 2026; no answer. No more mail comes."."""
    if not standing.steps_told:
        return "Nobody was reminded yet."
    said = f"{_times(standing)}, last {shortday(standing.last_at)}; no answer."
    return f"{said} No more mail comes." if standing.is_exhausted else said


def beside_chip(standing: ReminderProgress) -> str:
    """Return what the chip does not say: when it was last, and that it is over."""
    if not standing.steps_told:
        return ""
    last = f"Last {shortday(standing.last_at)}."
    return f"{last} No more mail comes." if standing.is_exhausted else last


def next_of(matter: ReminderSubject, standing: ReminderProgress) -> str:
    """Return what follows without an answer: "Otherwise we ask Ann Example on Sat, Dec 12, 2026."."""
    follows = what_follows(matter, standing.following)
    return f"Without an answer {follows}." if follows else ""


def times_of(standing: ReminderProgress) -> str:
    """Return how often, for narrow cells: "Reminded twice", "Reminded 3 times, no answer"."""
    return f"{_times(standing)}, no answer" if standing.is_exhausted else _times(standing)


def _times(standing: ReminderProgress) -> str:
    number = {1: "once", 2: "twice"}.get(standing.steps_told, f"{standing.steps_told} times")
    return f"Reminded {number}"
