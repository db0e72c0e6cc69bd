"""When a question cannot be asked, answered or changed, in words, and what all verbs check."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from meetings.assistance.working_days import FARTHEST
from meetings.models import Question, QuestionEntry
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused
from onestop.ui.presentation import day
from partners.models import LocalArea, Partnership


class CannotAsk(Refused):
    """A question cannot be asked, answered or changed like this."""


def lock_question(question: Question) -> Question:
    """Lock a question and return it as it is now, in the running transaction."""
    # Lock: of two who act at once, the second sees what the first has done.
    rows = Question.objects.select_for_update(of=("self",), no_key=True)
    return rows.with_names().get(pk=question.pk)


def demand_partner(partnership: Partnership | None, area: LocalArea, field: str) -> None:
    """Refuse a partner of another area, or one that has left.

    :raises CannotAsk: then.
    """
    if partnership is None:
        return
    # Lock: a partner must not leave while it is asked.
    rows = Partnership.objects.select_for_update(no_key=True)
    found = rows.filter(pk=partnership.pk, area=area).first()
    if found is None or found.is_archived:
        words = _("%(partner)s is not a partner in %(area)s any more. Choose somebody else.")
        raise CannotAsk(words % {"partner": partnership.organization.name, "area": area.name}, field=field)


def demand_day(on: date, today: date, field: str = "due_on") -> None:
    """Refuse an answer date that has passed or is too far ahead.

    :raises CannotAsk: then.
    """
    if on < today:
        raise CannotAsk(_("This day has passed. Enter today or a later day."), field=field)
    if on > today + FARTHEST:
        raise CannotAsk(_("This day is more than a year ahead. Enter an earlier day."), field=field)


def demand_no_customer(texts: dict[str, str], *, vouched: bool) -> None:
    """Refuse texts, by their fields, that may identify a customer, unless somebody confirmed that they do not.

    :raises CannotAsk: then.
    """
    if vouched:
        return
    for field, text in texts.items():
        if found := find_personal_data([text]):
            words = _("%(finding)s. Others read this, so it must not identify a customer. Remove it, or confirm it.")
            raise CannotAsk(words % {"finding": found[0]}, field=field)


def demand_seen(question: Question, known: int) -> None:
    """Refuse to go on if somebody wrote since a person opened the page; ``known`` is the last entry that they saw.

    :raises CannotAsk: then.
    """
    last = question.entries.order_by("pk").last()
    if last and last.pk > known:
        words = _("%(name)s wrote meanwhile (%(what)s). Read it first, then send yours.")
        raise CannotAsk(words % {"name": last.name, "what": last.get_kind_display()})


def demand_open(question: Question) -> None:
    """Refuse if it is answered or withdrawn.

    :raises CannotAsk: then.
    """
    if question.status == Question.Status.WITHDRAWN:
        gone = question.entries.filter(kind=QuestionEntry.Kind.WITHDRAWN).order_by("pk").last()
        words = _("%(name)s withdrew this question on %(day)s. It needs no answer any more.")
        facts = {"name": gone.name, "day": day(today_of(question, gone.at), "plain")} if gone else {}
        raise CannotAsk(words % facts if facts else _("This question was withdrawn."))
    if question.status == Question.Status.ANSWERED:
        raise CannotAsk(_("This question is answered. Reopen it to go on."))


def today_of(question: Question, at: datetime) -> date:
    """Return the date of a time in the area of a question."""
    return at.astimezone(question.area.zone).date()
