"""The two clocks of a center: staff and the board are told in time that a certificate or a yearly review runs out.

20 CFR 678.800: the board certifies each center at least every three years; an uncertified center gets no money by the
State's funding mechanism. 20 CFR 679.370(p): the board assesses the accessibility of each center every year. Both are
the board's own duties with a day that the law sets, so these notices are legal ones: they may join a digest, and cannot
be off. They stay rare for that: the board hears of it only when the day is near. A clock that was never started has no
day; it stands among what needs the staff.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.urls import reverse

from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from partners.models import Center, CenterReview, Role
from partners.network.due_dates import LAWS, Law, clock_of, needing
from partners.notices import examples
from partners.notices.audiences import is_staff_or_board, seated_in, together
from partners.upkeep import reminder_withdrawals

Type = CenterReview.Kind
STAFF, BOTH = "staff", "both"
CIRCLES = {STAFF: "the One-Stop staff of the area", BOTH: "the staff and the members of the board"}
IN_WORDS = {STAFF: "we tell the staff again", BOTH: "we tell the staff and the board"}
MORNING = time(8)
FARTHEST = timedelta(days=1)  # no area is further ahead of UTC

notice_types.declare(
    NoticeType(
        reminder_withdrawals.CLOCKS[Type.CERTIFICATION],
        "The certificate of a center ends",
        "A One-Stop center is to be certified again (20 CFR 678.800).",
        Reason.LEGAL,
        template="center_clock",
        goes_to="The One-Stop staff of the area; from 30 days before also the members of its board.",
        is_for=is_staff_or_board,
        example=examples.certification_due,
    ),
    NoticeType(
        reminder_withdrawals.CLOCKS[Type.ACCESSIBILITY],
        "The accessibility of a center is to be reviewed",
        "The yearly look at a center's accessibility is due (20 CFR 679.370(p)).",
        Reason.LEGAL,
        template="center_clock",
        goes_to="The One-Stop staff of the area; from a week before also the members of its board.",
        is_for=is_staff_or_board,
        example=examples.accessibility_due,
    ),
)


def subjects_of(law: Law, at: datetime) -> Iterator[ReminderSubject]:
    """Yield each center whose clock runs out soon or has; three queries for all areas."""
    centers = Center.objects.current().filter(area__archived_at=None).exclude(**{law.column: None})
    waiting = list(needing(centers, law.kind, at.date() + FARTHEST).select_related("area__state").order_by("pk"))
    areas = {center.area_id for center in waiting}
    staff, board = seated_in(Role.STAFF, areas), seated_in(Role.BOARD, areas)
    for center in waiting:
        clock = clock_of(center, law.kind, at.astimezone(center.area.zone).date())
        assert clock.due_on is not None
        speaks_from = datetime.combine(clock.due_on - timedelta(days=law.soon_days), MORNING, center.area.zone)
        own_staff, own_board = staff.get(center.area_id, []), board.get(center.area_id, [])
        yield ReminderSubject(
            key=f"{center.pk}:{clock.due_on}",
            since=speaks_from,
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
    role = "One-Stop staff of" if is_own_staff else "on the board of"
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
        why=f"You are {role} {center.area.name}.",
        path=reverse(page, args=[center.pk]),
        zone=center.area.zone,
    )


def is_over(due_on: date, today: date) -> bool:
    """Return whether the day lies behind."""
    return due_on < today


def what_follows(center: Center, following: Next | None) -> str:
    """Return what happens until the review is recorded: "we tell the staff and the board on Tue, Dec 8, 2026"."""
    if following is None:
        return ""
    on = day(following.at.astimezone(center.area.zone).date(), "plain")
    return f"{IN_WORDS[following.whom]} on {on}"


def _open_matters(kind: Type) -> Callable[[datetime], Iterator[ReminderSubject]]:
    return partial(subjects_of, LAWS[kind])


# Days count from when the clock begins to speak: 90 days before a certificate ends, 30 before a review is due.
CERTIFICATION = Reminder(
    reminder_withdrawals.CLOCKS[Type.CERTIFICATION],
    "The certificate of a center ends",
    "From 90 days before a center's certificate ends, staff are told, then the board too, until a new one is recorded.",
    circles=CIRCLES,
    steps=[Step(0, STAFF), Step(60, BOTH), Step(90, BOTH), Step(120, BOTH)],
    open_matters=_open_matters(Type.CERTIFICATION),
    build=_build,
    keep_days=True,
)
ACCESSIBILITY = Reminder(
    reminder_withdrawals.CLOCKS[Type.ACCESSIBILITY],
    "The accessibility of a center is to be reviewed",
    "From 30 days before a center's yearly review is due, staff are told, then the board too, until it is recorded.",
    circles=CIRCLES,
    steps=[Step(0, STAFF), Step(23, BOTH), Step(30, BOTH), Step(60, BOTH)],
    open_matters=_open_matters(Type.ACCESSIBILITY),
    build=_build,
    keep_days=True,
)
REMINDERS = {Type.CERTIFICATION: CERTIFICATION, Type.ACCESSIBILITY: ACCESSIBILITY}
reminders.register(CERTIFICATION, ACCESSIBILITY)
