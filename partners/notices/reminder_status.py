"""The progress of reminders as text and chips on pages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices.reminders import ReminderProgress, ReminderSubject
from onestop.ui.presentation import shortday
from partners.notices.stale_services import what_follows

Chip = tuple[str, str, str]


def chip_of(standing: ReminderProgress) -> Chip:
    """Return the progress of reminders as the kind, word and icon of a chip."""
    if not standing.steps_told:
        return "rest", _("Not reminded yet"), "bell-slash"
    if standing.is_exhausted:
        return "now", times_of(standing), "bell-slash"
    return "way", times_of(standing), "bell"


def words_of(standing: ReminderProgress) -> str:
    """Return the progress as text: "Reminded 3 times, last on Nov 20, 2026. No answer. No more reminders."."""
    if not standing.steps_told:
        return _("Not reminded yet.")
    values = {"number": standing.steps_told, "date": shortday(standing.last_at)}
    if standing.is_exhausted:
        text = ngettext(
            "Reminded once, on %(date)s. No answer. No more reminders will be sent.",
            "Reminded %(number)s times, last on %(date)s. No answer. No more reminders will be sent.",
            standing.steps_told,
        )
    else:
        text = ngettext(
            "Reminded once, on %(date)s. No answer.",
            "Reminded %(number)s times, last on %(date)s. No answer.",
            standing.steps_told,
        )
    return text % values


def beside_chip(standing: ReminderProgress) -> str:
    """Return what the chip does not show: the date of the last reminder, and whether it was the last one."""
    if not standing.steps_told:
        return ""
    if standing.is_exhausted:
        text = _("Last reminder on %(date)s. No more reminders will be sent.")
    else:
        text = _("Last reminder on %(date)s.")
    return text % {"date": shortday(standing.last_at)}


def next_of(matter: ReminderSubject, standing: ReminderProgress) -> str:
    """Return what follows if nobody answers: "If no one answers, we will ask Ann Example on Sat, Dec 12, 2026."."""
    return what_follows(matter, standing.following)


def times_of(standing: ReminderProgress) -> str:
    """Return how often a partner was reminded, and whether that was all: "Reminded 3 times, no answer"."""
    number = standing.steps_told
    if standing.is_exhausted:
        text = ngettext("Reminded once, no answer", "Reminded %(number)s times, no answer", number)
    else:
        text = ngettext("Reminded once", "Reminded %(number)s times", number)
    return text % {"number": number}
