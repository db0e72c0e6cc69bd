"""What people are told of questions, and reminders of those that nobody has answered in time.

First those who are asked are reminded, then the staff. All notices lead to the page of the question.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from meetings.assistance.messages import ANSWER, ANSWERED, ASKED, CHANGED, REVIEW, VIEW, context_of
from meetings.assistance.recipients import asked_people
from meetings.models import GroupMember, Question
from meetings.notices import examples
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import seated_in
from partners.seats import seats_of

OVERDUE = "meetings.question_overdue"
THOSE_ASKED, STAFF = "asked", "staff"
MORNING = time(8)
DAY = timedelta(days=1)


def asks_or_answers(user: Any) -> bool:
    """Whether a person can ask or be asked: people of partners, the staff, members of groups."""
    seats = seats_of(user)
    return bool(seats.partnership_ids or seats.staff_area_ids) or GroupMember.objects.filter(user=user.pk).exists()


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each question that is not answered after its answer date; five queries, however many."""
    rows = (
        Question.objects.overdue(at.date() + DAY).filter(area__archived_at=None).with_names().order_by("due_on", "pk")
    )
    late = [each for each in rows if each.due_on < at.astimezone(each.area.zone).date()]
    asked = asked_people(late, at)
    staff = seated_in(Role.STAFF, {each.area_id for each in late})
    for question in late:
        yield ReminderSubject(
            key=f"{question.pk}:{question.due_on}",
            since=datetime.combine(question.due_on + DAY, MORNING, question.area.zone),
            about=[question, question.area],
            people={THOSE_ASKED: asked[question.pk], STAFF: staff.get(question.area_id, [])},
            scope=question.area,
            facts={"question": question},
        )


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    assert isinstance(person, User)
    question: Question = subject.facts["question"]
    to_staff = step.whom == STAFF
    return Message(
        kind=OVERDUE,
        key="",
        to=person,
        about=subject.about,
        context=_says(question, person, to_staff=to_staff) | {"next": _what_follows(question, following)},
        why=_("You are One-Stop staff of %(area)s.") % {"area": question.area.name}
        if to_staff
        else _("The question is for %(asked)s.") % {"asked": question.recipient_name},
        path=question.get_absolute_url(),
        zone=question.area.zone,
    )


def _says(question: Question, person: User, *, to_staff: bool) -> dict[str, object]:
    names = {
        "subject": question.subject, "day": day(question.due_on, "plain"), "asked": question.recipient_name,
        "asker": question.asker_name,
    }  # fmt: skip
    if to_staff:
        says = _("%(asked)s has not answered “%(subject)s” of %(asker)s. The answer date was %(day)s.") % names
        return context_of(question, person, says=says, does=VIEW)
    says = _("%(asker)s waits for an answer to “%(subject)s”. The answer date was %(day)s.") % names
    return context_of(question, person, says=says, quote=question.question, does=ANSWER) | {"due": ""}


def _what_follows(question: Question, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(question.area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If there is no answer by %(date)s, we will tell the One-Stop staff.") % on
    return _("If there is no answer by %(date)s, we will remind you again.") % on


REMINDER = Reminder(
    OVERDUE,
    gettext_lazy("Questions without an answer"),
    gettext_lazy("Reminds those who are asked that an answer is overdue; then tells the staff."),
    circles={
        THOSE_ASKED: gettext_lazy("those who are asked"),
        STAFF: gettext_lazy("the One-Stop staff of the area"),
    },
    steps=[Step(0, THOSE_ASKED), Step(5, THOSE_ASKED), Step(10, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)


# ---------------------------------------------------------------- Types
def _type(code: str, label: str | Promise, about: str | Promise, does: str, goes_to: str | Promise) -> NoticeType:
    reason = Reason.NUDGE if code == OVERDUE else Reason.TRANSACTIONAL
    return NoticeType(
        code, label, about, reason, template="question", goes_to=goes_to, is_for=asks_or_answers,
        example=partial(examples.question, does),
    )  # fmt: skip


WHO_IS_ASKED = gettext_lazy("The managers of the partner that is asked, the members of the group, or the staff.")
notice_types.declare(
    _type(
        ASKED, gettext_lazy("Questions to answer"), gettext_lazy("A partner or the staff ask you for help."), ANSWER,
        WHO_IS_ASKED,
    ),
    _type(
        ANSWERED, gettext_lazy("Answers to your questions"), gettext_lazy("Somebody answered what you asked."), REVIEW,
        gettext_lazy("Who asked, or the managers of the partner that asked."),
    ),
    _type(
        CHANGED, gettext_lazy("Changes of questions"),
        gettext_lazy("A question was accepted as answered, withdrawn or passed on, or its answer date moves."), VIEW,
        gettext_lazy("Those who asked, and those who are asked."),
    ),
    _type(
        OVERDUE, gettext_lazy("Questions without an answer"), gettext_lazy("The answer date of a question has passed."),
        ANSWER, gettext_lazy("Those who are asked, then the One-Stop staff."),
    ),
)  # fmt: skip
