"""Remind the staff of an area that a term on the board ends and nobody is recorded to follow.

20 CFR 679.310(g): the by-laws say how the chief elected official is told of a vacancy, so that a nomination is prompt.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.board.composition import ENDS_SOON
from partners.models import BoardTerm, Role
from partners.notices import examples
from partners.notices.audiences import is_staff, seated_in

CODE = "partners.board_term_ends"
STAFF = "staff"
MORNING = time(8)
STAYS_OPEN = timedelta(days=90)  # after the last day; then the to-do list alone says it

notice_types.declare(
    NoticeType(
        CODE,
        gettext_lazy("Term on the board ends"),
        gettext_lazy("A term on the board ends within 60 days, and nobody is recorded to follow."),
        Reason.NUDGE,
        template="board_term",
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.board_term_ends,
    )
)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each term that ends without a successor; two queries for all areas."""
    following = BoardTerm.objects.current().filter(seat=OuterRef("seat"), from_on__gt=OuterRef("from_on"))
    terms = BoardTerm.objects.current().filter(
        ~Exists(following), seat__archived_at=None, seat__area__archived_at=None, ended_on=None,
        last_on__range=(at.date() - STAYS_OPEN, at.date() + ENDS_SOON),
    )  # fmt: skip
    due = list(terms.select_related("seat__area__state").order_by("pk"))
    staff = seated_in(Role.STAFF, {term.seat.area_id for term in due})
    for term in due:
        area = term.seat.area
        assert term.last_on is not None
        yield ReminderSubject(
            key=f"{term.pk}:{term.last_on}",
            since=datetime.combine(term.last_on - ENDS_SOON, MORNING, area.zone),
            about=[term.seat, area],
            people={STAFF: staff.get(area.pk, [])},
            scope=area,
            facts={"at": at, "term": term},
        )


def _build(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    term = matter.facts["term"]
    area = term.seat.area
    assert isinstance(person, User)
    today = matter.facts["at"].astimezone(area.zone).date()
    next_on = day(following.at.astimezone(area.zone).date(), "plain") if following else ""
    return Message(
        kind=CODE,
        key="",
        to=person,
        about=[term.seat, area],
        context={
            "term": term,
            "seat": term.seat,
            "is_over": term.last_on < today,
            "next": _("We will remind you again on %(date)s.") % {"date": next_on} if next_on else "",
        },
        why=_("You are One-Stop staff of %(area)s.") % {"area": area.name},
        path=reverse("partners:board_seat_detail", args=[term.seat_id]),
        zone=area.zone,
    )


reminders.register(
    Reminder(
        CODE,
        gettext_lazy("Term on the board ends"),
        gettext_lazy("Reminds staff from 60 days before a term on the board ends, until the next one is recorded."),
        circles={STAFF: gettext_lazy("the One-Stop staff of the area")},
        steps=[Step(0, STAFF), Step(30, STAFF), Step(60, STAFF)],
        open_matters=subjects_of,
        build=_build,
        keep_days=True,
    )
)
