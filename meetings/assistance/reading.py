"""What pages show of questions: their state, what a person can do about one, and the figures of an area."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.assistance.working_days import closed_in, working_days_between
from meetings.models import Question
from meetings.rules import has_asked, is_asked
from partners.models import LocalArea
from partners.rules import may, staff

YEAR = timedelta(days=365)
Chip = tuple[str, Any, str]  # kind, words, icon
CHIPS: dict[str, Chip] = {
    Question.Status.WAITING: ("way", gettext_lazy("Waiting for an answer"), "hourglass-split"),
    Question.Status.REPLIED: ("soon", gettext_lazy("Answer to review"), "chat-left-text"),
    Question.Status.ANSWERED: ("good", gettext_lazy("Answered"), "check-circle-fill"),
    Question.Status.WITHDRAWN: ("rest", gettext_lazy("Withdrawn"), "x-circle"),
}
OVERDUE: Chip = ("now", gettext_lazy("Overdue"), "clock")


def chip_of(question: Question, today: date) -> Chip:
    """Return the state of a question as a chip."""
    return OVERDUE if question.is_overdue(today) else CHIPS[question.status]


@dataclass(frozen=True)
class May:
    """What a person can do about a question as it is now."""

    answer: bool = False
    decide: bool = False  # which answer is the answer, or ask further
    edit: bool = False
    withdraw: bool = False
    reopen: bool = False
    reassign: bool = False
    move: bool = False
    agree: bool = False
    share: bool = False  # as a practice


def may_do(question: Question, user: Any) -> May:
    """Return what a person can do about a question."""
    asks, keeps = may(user, "meetings.keep_question", question), may(user, "meetings.reassign_question", question)
    answers = may(user, "meetings.answer_question", question)
    is_waiting = question.status == Question.Status.WAITING
    is_answered = question.status == Question.Status.ANSWERED
    return May(
        answer=answers and question.is_open,
        decide=asks and question.status == Question.Status.REPLIED,
        edit=asks,
        withdraw=asks and question.is_open,
        reopen=asks and not question.is_open,
        reassign=keeps and question.is_open,
        move=may(user, "meetings.move_answer_date", question) and is_waiting and question.proposed_on is None,
        agree=is_waiting and question.proposed_on is not None and may_agree(question, user),
        share=is_answered and not question.is_private and may(user, "partners.write_practice", question),
    )


def may_agree(question: Question, user: Any) -> bool:
    """Whether a person can agree to the proposed day: the other side, or staff who did not propose it themselves."""
    other = is_asked if question.proposed_by_asker else has_asked
    if other.test(user, question):
        return True
    return bool(staff.test(user, question)) and question.proposed_by_id != user.pk


@dataclass(frozen=True)
class Figures:
    """How many questions of an area are open and overdue, and how long an answer takes."""

    open: int
    overdue: int
    answered: int
    median_days: float | None

    @property
    def in_days(self) -> str:
        """The median in words."""
        if self.median_days is None:
            return _("None yet")
        shown = f"{self.median_days:.1f}".removesuffix(".0")
        number = 1 if shown == "1" else 2
        return ngettext("%(days)s working day", "%(days)s working days", number) % {"days": shown}


def figures_of(rows: QuerySet[Question], area: LocalArea, at: datetime) -> Figures:
    """Return the figures of some questions of an area; three queries.

    The median is of the questions of the last 12 months that are answered: from the question to the answer.
    """
    today = at.astimezone(area.zone).date()
    waiting = Q(status=Question.Status.WAITING)
    counts = rows.aggregate(
        open=Count("pk", Q(status__in=Question.OPEN)), overdue=Count("pk", waiting & Q(due_on__lt=today))
    )
    answered = rows.filter(status=Question.Status.ANSWERED, answered_at__gt=at - YEAR).order_by()
    spans = [
        (asked.astimezone(area.zone).date(), done.astimezone(area.zone).date())
        for asked, done in answered.values_list("asked_at", "answered_at")
        if done
    ]
    days: list[int] = []
    if spans:
        closed = closed_in(area, min(asked for asked, _done in spans), today)
        days = [working_days_between(asked, done, closed) for asked, done in spans]
    return Figures(counts["open"], counts["overdue"], len(days), median(days) if days else None)
