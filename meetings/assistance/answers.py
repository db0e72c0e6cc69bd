"""Answer a question, ask further, and say which answer is the answer."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from meetings.assistance.messages import ANSWERED, REVIEW, tell
from meetings.assistance.recipients import asking_people
from meetings.assistance.refusals import (
    CannotAsk,
    demand_day,
    demand_no_customer,
    demand_open,
    demand_seen,
    lock_question,
    today_of,
)
from meetings.assistance.thread import PROPOSAL, forget_proposal, tell_about, tell_asked, write
from meetings.models import Question, QuestionEntry
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import Partnership

Kind, Status = QuestionEntry.Kind, Question.Status


@recorded
def answer_question(
    question: Question,
    *,
    text: str,
    known: int = 0,
    vouched: bool = False,
    speaker: Partnership | None = None,
    by: User,
    at: datetime,
) -> QuestionEntry:
    """Answer a question, or add to its answers, and tell whoever asked.

    ``known`` is the id of the last entry that the person has seen, or 0; ``speaker`` is the partner for which they
    answer; ``vouched`` confirms that what looks like personal data does not identify a customer.

    :raises CannotAsk: if the question is answered or withdrawn, somebody wrote meanwhile, or the text may identify a
        customer.
    """
    question = lock_question(question)
    demand_open(question)
    demand_seen(question, known)
    demand_no_customer({"text": text}, vouched=vouched)
    question.status = Status.REPLIED
    forget_proposal(question)
    question.save(update_fields=["status", *PROPOSAL])
    entry = write(question, Kind.ANSWER, text, speaker=speaker, by=by, at=at)
    who = f"{by.name} ({speaker.organization.name})" if speaker else by.name
    says = _("%(who)s answered your question “%(subject)s”.") % {"who": who, "subject": question.subject}
    people = asking_people(question)
    tell(ANSWERED, question, people, key=str(entry.pk), says=says, quote=text, does=REVIEW, by=by, at=at)
    return entry


@recorded
def accept_answer(answer: QuestionEntry, *, speaker: Partnership | None = None, by: User, at: datetime) -> Question:
    """Say that an answer answers the question. Saying it twice changes nothing.

    :raises CannotAsk: if the question was withdrawn, or another answer was accepted.
    """
    question: Question = lock_question(answer.question)
    if question.solution_id == answer.pk:
        return question
    demand_open(question)
    if not answer.is_answer:
        raise CannotAsk(_("This is not an answer. Choose one of the answers."))
    question.status, question.solution, question.answered_at = Status.ANSWERED, answer, answer.at
    forget_proposal(question)
    question.save(update_fields=["status", "solution", "answered_at", *PROPOSAL])
    entry = write(question, Kind.ACCEPTED, speaker=speaker, by=by, at=at)
    says = _("%(name)s accepted the answer to “%(subject)s”.") % {"name": by.name, "subject": question.subject}
    tell_about(question, entry, says=says, by=by, at=at)
    return question


@recorded
def ask_further(
    question: Question,
    *,
    text: str,
    due_on: date,
    known: int = 0,
    vouched: bool = False,
    speaker: Partnership | None = None,
    by: User,
    at: datetime,
) -> QuestionEntry:
    """Say that the answers do not answer the question yet, and what is still open.

    :raises CannotAsk: if there is no answer, the question is answered or withdrawn, somebody wrote meanwhile, the day
        is not possible, or the text may identify a customer.
    """
    question = lock_question(question)
    demand_open(question)
    demand_seen(question, known)
    if question.status != Status.REPLIED:
        raise CannotAsk(_("Nobody has answered yet."))
    demand_day(due_on, today_of(question, at))
    demand_no_customer({"text": text}, vouched=vouched)
    question.status, question.due_on = Status.WAITING, due_on
    question.save(update_fields=["status", "due_on"])
    entry = write(question, Kind.FURTHER, text, on=due_on, speaker=speaker, by=by, at=at)
    tell_asked(question, key=str(entry.pk), text=text, by=by, at=at)
    return entry
