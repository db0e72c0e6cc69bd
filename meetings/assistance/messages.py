"""What people are told about a question, by mail and in their inbox, with a link to its page."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy

from meetings.models import Question
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.notices.audiences import together

ASKED = "meetings.question_asked"
ANSWERED = "meetings.question_answered"
CHANGED = "meetings.question_changed"
ANSWER, REVIEW, VIEW = "answer", "review", "view"  # what the button does
BUTTONS = {
    ANSWER: gettext_lazy("Answer the question"),
    REVIEW: gettext_lazy("Read the answer"),
    VIEW: gettext_lazy("View the question"),
}


def tell(
    kind: str,
    question: Question,
    people: Collection[User],
    *,
    key: str,
    says: str,
    quote: str = "",
    does: str = VIEW,
    by: User | None,
    at: datetime,
) -> None:
    """Write a notice about a question to each of some people, but to the one who caused it."""
    notify_many(
        [
            Message(
                kind=kind,
                key=f"{kind}:{key}:{person.pk}",
                to=person,
                about=[question, question.area],
                context=context_of(question, person, says=says, quote=quote, does=does),
                why=why_of(kind, question),
                path=question.get_absolute_url(),
                zone=question.area.zone,
                scope=question.area,
            )
            for person in together(people)
            if by is None or person.pk != by.pk
        ],
        at=at,
    )


def context_of(question: Question, person: User, *, says: str, quote: str = "", does: str = VIEW) -> dict[str, object]:
    """Return what a mail about a question needs."""
    due = _("Answer date: %(day)s.") % {"day": day(question.due_on, "plain")} if does == ANSWER else ""
    return {
        "question": question, "area": question.area, "recipient": person, "says": says, "quote": quote, "due": due,
        "button": BUTTONS[does],
    }  # fmt: skip


def why_of(kind: str, question: Question) -> str:
    """Return why somebody hears of a question."""
    if kind == ASKED:
        return _("The question is for %(asked)s.") % {"asked": question.recipient_name}
    return _("You asked this question, or you are among those who are asked.")
