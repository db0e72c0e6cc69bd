"""Mails about shared goals: reports due soon, due, and overdue until somebody reports; sponsors on the board.

Reminders go to who speaks for the partner that answers for the goal, with a personal link by which they report.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from meetings.goals.links import ASKED, DUE, OVERDUE
from meetings.goals.locking import zone_of
from meetings.goals.reading import next_due
from meetings.goals.recipients import Accountable, accountable_for, link_for, path_of, why_of
from meetings.goals.rhythm import TO_COUNT
from meetings.goals.telling import SPONSOR
from meetings.goals.words import value_words
from meetings.models import Goal
from meetings.notices import examples
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step, address_of
from partners.notices.audiences import speaks_or_keeps
from partners.seats import seats_of

SPEAKERS = "speakers"
MORNING = time(8)
BEFORE, FARTHEST = timedelta(days=7), timedelta(days=1)  # no zone is farther ahead of UTC
FORTNIGHT = timedelta(days=14)
GOES_TO = gettext_lazy("The representatives of the partner that answers for the goal; without one, its managers.")


def is_on_a_board(user: Any) -> bool:
    """Whether a person is a member of any board."""
    return bool(seats_of(user).board_area_ids)


def _declare(code: str, label: Promise, about: Promise) -> None:
    notice_types.declare(
        NoticeType(
            code, label, about, Reason.NUDGE, template="goal_due", goes_to=GOES_TO, is_for=speaks_or_keeps,
            example=examples.goal,
        )
    )  # fmt: skip


_declare(
    DUE, gettext_lazy("Reports on goals due"), gettext_lazy("A report on a goal for which you answer is due soon.")
)
_declare(
    OVERDUE,
    gettext_lazy("Overdue reports on goals"),
    gettext_lazy("A report on a goal for which you answer is overdue."),
)


notice_types.declare(
    NoticeType(
        ASKED,
        gettext_lazy("Requests for reports on goals"),
        gettext_lazy("The staff ask you for a report on a goal for which your organization answers."),
        Reason.TRANSACTIONAL,
        template="goal_asked",
        goes_to=gettext_lazy("The people of partners whom the staff choose on the page of a goal."),
        is_for=speaks_or_keeps,
        example=examples.goal_asked,
    ),
    NoticeType(
        SPONSOR,
        gettext_lazy("Sponsors of goals"),
        gettext_lazy("You are named as the sponsor of a goal on the board, or no longer sponsor it."),
        Reason.TRANSACTIONAL,
        template="plan",
        goes_to=gettext_lazy("The member of the board, unless they did it themselves."),
        is_for=is_on_a_board,
        example=partial(
            examples.plan, gettext_lazy("View the goal"),
            gettext_lazy("You sponsor the shared goal “Credentials earned” on the board from now on."),
        ),
    ),
)  # fmt: skip


# ---------------------------------------------------------------- What is due
def _owed(first: date, last: date) -> Iterator[tuple[Goal, date, Accountable]]:
    """Yield goals whose next report is due between two days, and who reports; four queries."""
    told_on = Max("updates__as_of", filter=Q(updates__corrected_by=None))
    rows = Goal.objects.pursued().filter(plan__archived_at=None, due_on__gte=_before(first)).annotate(told_on=told_on)
    goals = rows.select_related("plan__area__state", "plan__state").order_by("pk")
    owed = [(goal, due) for goal in goals if (due := next_due(goal, goal.told_on)) and first <= due <= last]
    who = accountable_for([goal for goal, _due in owed])
    for goal, due in owed:
        if goal.pk in who and (goal.plan.area is None or goal.plan.area.archived_at is None):
            yield goal, due, who[goal.pk]


def _before(day: date) -> date:
    """Return the first due day of goals whose last report may be owed on a day."""
    return day - TO_COUNT if day > date.min + TO_COUNT else date.min


def due_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each goal whose report is due within a week, or was within the last two."""
    today = at.date()
    for goal, due, who in _owed(today - FORTNIGHT - FARTHEST, today + BEFORE + FARTHEST):
        zone = zone_of(goal.plan)
        if -FORTNIGHT < due - at.astimezone(zone).date() <= BEFORE:
            since = datetime.combine(due - BEFORE, MORNING, zone)
            yield _subject(goal, f"{goal.pk}:{due}", since, due, who, zone, at)


def overdue_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each goal whose report is overdue for two weeks or more, as a subject of its own every two weeks."""
    for goal, due, who in _owed(date.min, at.date() - FORTNIGHT + FARTHEST):
        zone = zone_of(goal.plan)
        number = (at.astimezone(zone).date() - due).days // FORTNIGHT.days
        if number >= 1:
            since = datetime.combine(due + number * FORTNIGHT, MORNING, zone)
            yield _subject(goal, f"{goal.pk}:{due}:{number}", since, due, who, zone, at)


def _subject(
    goal: Goal, key: str, since: datetime, due: date, who: Accountable, zone: ZoneInfo, at: datetime
) -> ReminderSubject:
    recipients = {each.address: each for each in who.recipients}
    return ReminderSubject(
        key=key,
        since=since,
        about=[goal],
        people={SPEAKERS: [each.to for each in who.recipients]},
        scope=goal.plan.area,
        facts={"goal": goal, "due": due, "who": who, "recipients": recipients, "zone": zone, "at": at},
    )


# ---------------------------------------------------------------- The mail
def _build(code: str, subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    goal, who, at = subject.facts["goal"], subject.facts["who"], subject.facts["at"]
    recipient = subject.facts["recipients"][address_of(person)]
    days = (subject.facts["due"] - at.astimezone(subject.facts["zone"]).date()).days
    return Message(
        kind=code,
        key="",
        to=person,
        about=subject.about,
        why=why_of(who.partnership),
        path=goal.get_absolute_url() if recipient.user else "",
        zone=subject.facts["zone"],
        context={
            **context_of(goal, subject.facts["due"], days), "person": recipient.name,
            "organization": who.partnership.organization.name,
        },
        prepare=lambda: {
            "report_url": settings.PUBLIC_URL + path_of(link_for(goal, who.partnership, recipient, at=at))
        },
    )  # fmt: skip


def context_of(goal: Goal, due: date, days: int) -> dict[str, Any]:
    """Return what the mail says of a goal whose report is due in so many days, or was."""
    return {
        "goal": goal, "due": due, "days": abs(days), "is_over": days < 0, "is_today": days == 0,
        "target": value_words(goal.target, goal.unit),
    }  # fmt: skip


def _reminder(code: str, label: Promise, about: Promise, find: Any, steps: Iterable[Step]) -> Reminder:
    def build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
        return _build(code, subject, step, person, following)

    return Reminder(
        code, label, about, circles={SPEAKERS: gettext_lazy("who speaks for the partner that answers")},
        steps=list(steps), open_matters=find, build=build, keep_days=True,
    )  # fmt: skip


GOAL_DUE = _reminder(
    DUE,
    gettext_lazy("Reports on goals due"),
    gettext_lazy("Reminds the partner that answers for a goal a week before a report is due, and on its day."),
    due_subjects,
    [Step(0, SPEAKERS), Step(7, SPEAKERS)],
)
GOAL_OVERDUE = _reminder(
    OVERDUE,
    gettext_lazy("Reports on goals overdue"),
    gettext_lazy("Reminds the partner that answers for a goal every two weeks, until somebody reports."),
    overdue_subjects,
    [Step(0, SPEAKERS)],
)
reminders.register(GOAL_DUE, GOAL_OVERDUE)
