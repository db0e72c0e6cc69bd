"""Move the answer date of a question: one side proposes a day, the other agrees.

A move that burdens only whoever makes it needs no agreement: the asker may wait longer, who is asked may answer
earlier.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from meetings.assistance.messages import CHANGED, tell
from meetings.assistance.recipients import asked_people, asking_people
from meetings.assistance.refusals import CannotAsk, demand_day, demand_open, lock_question, today_of
from meetings.assistance.thread import PROPOSAL, forget_proposal, tell_about, write
from meetings.models import Question, QuestionEntry
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import Partnership

Kind = QuestionEntry.Kind


@recorded
def move_date(
    question: Question,
    *,
    on: date,
    reason: str,
    by_asker: bool,
    by_both: bool = False,
    speaker: Partnership | None = None,
    by: User,
    at: datetime,
) -> Question:
    """Propose another answer date, or move it at once if that burdens nobody else or both sides are the same people.

    :raises CannotAsk: if the question does not wait for an answer, or the day is not possible or not another one.
    """
    question = _lock_waiting(question)
    demand_day(on, today_of(question, at), "on")
    if on == question.due_on:
        raise CannotAsk(_("This is the answer date already. Enter another day."), field="on")
    if by_both or by_asker == (on > question.due_on):
        return _move(question, on, reason, speaker=speaker, by=by, at=at)
    question.proposed_on, question.proposed_by_asker, question.proposed_by = on, by_asker, by
    question.save(update_fields=PROPOSAL)
    entry = write(question, Kind.DATE_PROPOSED, reason, on=on, speaker=speaker, by=by, at=at)
    says = _("%(name)s proposes another answer date for “%(subject)s”: %(day)s. Do you agree?") % {
        "name": by.name, "subject": question.subject, "day": day(on, "plain")
    }  # fmt: skip
    people = asked_people([question], at)[question.pk] if by_asker else asking_people(question)
    tell(CHANGED, question, people, key=str(entry.pk), says=says, quote=reason, by=by, at=at)
    return question


@recorded
def agree_to_date(
    question: Question, *, on: date, speaker: Partnership | None = None, by: User, at: datetime
) -> Question:
    """Agree to the proposed answer date, which the person has seen as ``on``. Agreeing twice changes nothing.

    :raises CannotAsk: if the question does not wait any more, another day or none is proposed, or the day has passed.
    """
    question = _lock_waiting(question)
    if question.proposed_on is None and question.due_on == on:
        return question
    _demand_proposed(question, on)
    demand_day(on, today_of(question, at), "on")
    return _move(question, on, "", speaker=speaker, by=by, at=at)


@recorded
def decline_date(
    question: Question, *, on: date, speaker: Partnership | None = None, by: User, at: datetime
) -> Question:
    """Decline the proposed answer date, which the person has seen as ``on``: the date stays as it is.

    :raises CannotAsk: if the question does not wait any more, or another day or none is proposed.
    """
    question = _lock_waiting(question)
    _demand_proposed(question, on)
    forget_proposal(question)
    question.save(update_fields=PROPOSAL)
    entry = write(question, Kind.DATE_DECLINED, on=on, speaker=speaker, by=by, at=at)
    says = _("%(name)s does not agree to %(day)s. The answer date of “%(subject)s” stays %(due)s.") % {
        "name": by.name, "day": day(on, "plain"), "subject": question.subject, "due": day(question.due_on, "plain")
    }  # fmt: skip
    tell_about(question, entry, says=says, by=by, at=at)
    return question


def _lock_waiting(question: Question) -> Question:
    question = lock_question(question)
    demand_open(question)
    if question.status != Question.Status.WAITING:
        raise CannotAsk(_("This question has an answer. Its answer date is not moved any more."))
    return question


def _demand_proposed(question: Question, on: date) -> None:
    if question.proposed_on is None:
        raise CannotAsk(_("No other answer date is proposed any more."))
    if question.proposed_on != on:
        words = _("Another day is proposed meanwhile: %(day)s.")
        raise CannotAsk(words % {"day": day(question.proposed_on, "plain")})


def _move(
    question: Question, on: date, reason: str, *, speaker: Partnership | None, by: User, at: datetime
) -> Question:
    question.due_on = on
    forget_proposal(question)
    question.save(update_fields=["due_on", *PROPOSAL])
    entry = write(question, Kind.DATE_MOVED, reason, on=on, speaker=speaker, by=by, at=at)
    says = _("The answer date of “%(subject)s” is now %(day)s (%(name)s).") % {
        "subject": question.subject, "day": day(on, "plain"), "name": by.name
    }  # fmt: skip
    tell_about(question, entry, says=says, by=by, at=at)
    return question
