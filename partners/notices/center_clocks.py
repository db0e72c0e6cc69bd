"""Remind staff and the board of the two deadlines of a center: its certification and its accessibility review.

20 CFR 678.800: the board certifies each center at least every three years; a center that is not certified gets no funds
under the State funding mechanism. 20 CFR 679.370(p): the board assesses the accessibility of each center every year.
The law sets both deadlines for the board, so these notices are legal ones: they may join a digest, but cannot be turned
off. Therefore they are few, and the board gets them only when the deadline is near. A center that was never certified
or reviewed has no deadline; it is only on the staff's to-do list.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Center, CenterReview, Role
from partners.network.due_dates import LAWS, Law, clock_of, needing
from partners.notices import examples
from partners.notices.audiences import is_staff_or_board, seated_in, together
from partners.upkeep import reminder_withdrawals

Type = CenterReview.Kind
STAFF, BOTH = "staff", "both"
CIRCLES = {
    STAFF: gettext_lazy("the One-Stop staff of the area"),
    BOTH: gettext_lazy("the staff and the board members"),
}
WHAT_FOLLOWS = {
    STAFF: gettext_lazy("If it is not recorded, we will remind the staff again on %(date)s."),
    BOTH: gettext_lazy("If it is not recorded, we will remind the staff and the board on %(date)s."),
}
MORNING = time(8)
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC

notice_types.declare(
    NoticeType(
        reminder_withdrawals.CLOCKS[Type.CERTIFICATION],
        gettext_lazy("Center certification due"),
        gettext_lazy("The certification of a One-Stop center expires soon or has expired (20 CFR 678.800)."),
        Reason.LEGAL,
        template="center_clock",
        goes_to=gettext_lazy(
            "The One-Stop staff of the area. From 30 days before the due date, also the board members."
        ),
        is_for=is_staff_or_board,
        example=examples.certification_due,
    ),
    NoticeType(
        reminder_withdrawals.CLOCKS[Type.ACCESSIBILITY],
        gettext_lazy("Accessibility review due"),
        gettext_lazy("The yearly accessibility review of a center is due (20 CFR 679.370(p))."),
        Reason.LEGAL,
        template="center_clock",
        goes_to=gettext_lazy(
            "The One-Stop staff of the area. From 7 days before the due date, also the board members."
        ),
        is_for=is_staff_or_board,
        example=examples.accessibility_due,
    ),
)


def subjects_of(law: Law, at: datetime) -> Iterator[ReminderSubject]:
    """Yield each center with a deadline that is near or past; three queries for all areas."""
    centers = Center.objects.current().filter(area__archived_at=None).exclude(**{law.column: None})
    due = list(needing(centers, law.kind, at.date() + FARTHEST).select_related("area__state").order_by("pk"))
    areas = {center.area_id for center in due}
    staff, board = seated_in(Role.STAFF, areas), seated_in(Role.BOARD, areas)
    for center in due:
        clock = clock_of(center, law.kind, at.astimezone(center.area.zone).date())
        assert clock.due_on is not None
        reminds_from = datetime.combine(clock.due_on - timedelta(days=law.soon_days), MORNING, center.area.zone)
        own_staff, own_board = staff.get(center.area_id, []), board.get(center.area_id, [])
        yield ReminderSubject(
            key=f"{center.pk}:{clock.due_on}",
            since=reminds_from,
            about=[center],
            people={STAFF: own_staff, BOTH: together(own_staff, own_board)},
            scope=center.area,
            facts={"at": at, "law": law, "clock": clock, "staff": {user.pk for user in own_staff}},
        )


def _build(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    law, clock = matter.facts["law"], matter.facts["clock"]
    center = matter.about[0]
    assert isinstance(center, Center)
    assert isinstance(person, User)
    is_own_staff = person.pk in matter.facts["staff"]
    page = f"partners:{law.kind}_add" if is_own_staff else "partners:center_detail"
    why = _("You are One-Stop staff of %(area)s.") if is_own_staff else _("You are on the board of %(area)s.")
    return Message(
        kind=reminder_withdrawals.CLOCKS[law.kind],
        key="",
        to=person,
        about=[center],
        context={
            "center": center,
            "law": law,
            "due_on": clock.due_on,
            "last_on": clock.last_on,
            "is_over": is_over(clock.due_on, matter.facts["at"].astimezone(center.area.zone).date()),
            "is_certificate": law.kind == Type.CERTIFICATION,
            "records": is_own_staff,
            "next": what_follows(center, following),
        },
        why=why % {"area": center.area.name},
        path=reverse(page, args=[center.pk]),
        zone=center.area.zone,
    )


def is_over(due_on: date, today: date) -> bool:
    """Return whether the due date is past."""
    return due_on < today


def what_follows(center: Center, following: Next | None) -> str:
    """Return when the next reminder is sent, and to whom; nothing after the last one."""
    if following is None:
        return ""
    on = day(following.at.astimezone(center.area.zone).date(), "plain")
    return WHAT_FOLLOWS[following.whom] % {"date": on}


def _open_matters(kind: Type) -> Callable[[datetime], Iterator[ReminderSubject]]:
    return partial(subjects_of, LAWS[kind])


# Days count from the first reminder: 90 days before a certification expires, 30 before a review is due.
CERTIFICATION = Reminder(
    reminder_withdrawals.CLOCKS[Type.CERTIFICATION],
    gettext_lazy("Center certification due"),
    gettext_lazy(
        "Reminds staff from 90 days before a certification expires, later the board too, until a new one is recorded."
    ),
    circles=CIRCLES,
    steps=[Step(0, STAFF), Step(60, BOTH), Step(90, BOTH), Step(120, BOTH)],
    open_matters=_open_matters(Type.CERTIFICATION),
    build=_build,
    keep_days=True,
)
ACCESSIBILITY = Reminder(
    reminder_withdrawals.CLOCKS[Type.ACCESSIBILITY],
    gettext_lazy("Accessibility review due"),
    gettext_lazy(
        "Reminds staff from 30 days before a yearly review is due, later the board too, until it is recorded."
    ),
    circles=CIRCLES,
    steps=[Step(0, STAFF), Step(23, BOTH), Step(30, BOTH), Step(60, BOTH)],
    open_matters=_open_matters(Type.ACCESSIBILITY),
    build=_build,
    keep_days=True,
)
REMINDERS = {Type.CERTIFICATION: CERTIFICATION, Type.ACCESSIBILITY: ACCESSIBILITY}
reminders.register(CERTIFICATION, ACCESSIBILITY)
