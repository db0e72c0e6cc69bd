"""Write what happened to a question into its thread, and tell those whom it concerns."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from meetings.assistance.messages import ANSWER, ASKED, CHANGED, tell
from meetings.assistance.recipients import asked_people, asking_people
from meetings.models import Question, QuestionEntry
from onestop.accounts.models import User
from partners.models import Partnership

PROPOSAL = ("proposed_on", "proposed_by_asker", "proposed_by")


def write(
    question: Question,
    kind: str,
    text: str = "",
    *,
    on: date | None = None,
    speaker: Partnership | None = None,
    by: User,
    at: datetime,
) -> QuestionEntry:
    """Add an entry to a locked question."""
    return QuestionEntry.objects.create(
        question=question, kind=kind, text=text, on=on, partnership=speaker, by=by, name=by.name, at=at
    )


def forget_proposal(question: Question) -> None:
    """Clear the proposed answer date; the caller saves it."""
    question.proposed_on = question.proposed_by_asker = question.proposed_by = None


def tell_asked(question: Question, *, key: str, text: str, by: User, at: datetime) -> None:
    """Tell those who are asked that an answer is wanted."""
    people = asked_people([question], at)[question.pk]
    says = _("%(asker)s asks: “%(subject)s”") % {"asker": question.asker_name, "subject": question.subject}
    tell(ASKED, question, people, key=key, says=says, quote=text, does=ANSWER, by=by, at=at)


def tell_about(question: Question, entry: QuestionEntry, *, says: str, by: User, at: datetime) -> None:
    """Tell all whom a question concerns what somebody did."""
    people = [*asked_people([question], at)[question.pk], *asking_people(question)]
    tell(CHANGED, question, people, key=str(entry.pk), says=says, quote=entry.text, by=by, at=at)
