"""Remind staff and the chair of the board that agreements expire, and that reviews of MOUs are due.

All agreements of an area that are due on one day are one subject: a person gets one mail that lists them. 20 CFR
678.500(b)(6) and 678.715(c) set the clocks; an agreement that expires without a successor leaves days that nothing
covers.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from agreements.terms.clocks import RULES, interim_due, with_clocks
from agreements.terms.standings import EXPIRES_SOON, EXPIRING, IN_FORCE, LAPSED, condition_of
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Office, Role, Tenure
from partners.notices.audiences import is_staff_or_board, seated_in, together

REVIEW_DUE, EXPIRES = "agreements.review_due", "agreements.expiring"
STAFF, BOTH = "staff", "both"
CIRCLES = {
    STAFF: gettext_lazy("the One-Stop staff of the area"),
    BOTH: gettext_lazy("the staff and the chair of the board"),
}
WHAT_FOLLOWS = {
    STAFF: gettext_lazy("If nothing is recorded, we will remind the staff again on %(date)s."),
    BOTH: gettext_lazy("If nothing is recorded, we will remind the staff and the chair of the board on %(date)s."),
}
MORNING = time(8)
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC
STAYS_OPEN = timedelta(days=90)  # after the day; then the to-do list alone says it
MOST = 30  # agreements that a mail lists


@dataclass(frozen=True)
class Due:
    """One agreement that a mail lists: its day, and whether the final agreement after an interim one is due."""

    agreement: Any
    on: date
    is_interim: bool = False


Found = Callable[[datetime], Iterable[Due]]


def expiring_at(at: datetime) -> Iterator[Due]:
    """Yield agreements that expire, or have expired lately, without an executed successor; two queries."""
    today = at.date()
    until = today + EXPIRES_SOON + FARTHEST
    executed = Agreement.objects.filter(status=Agreement.Status.EXECUTED, area__archived_at=None)
    near: Any = executed.filter(terminated_on=None, expires_on__lte=until).with_terms()
    ends = Q(ends_on__range=(today - STAYS_OPEN, until))
    # Areas are in several time zones: those of tomorrow count, too; the reminder begins on the day of the area.
    open_ended = condition_of(EXPIRING, today) | condition_of(LAPSED, today) | condition_of(EXPIRING, today + FARTHEST)
    for each in (
        near.filter(ends & open_ended, successor_on=None).select_related("area__state").order_by("number", "pk")
    ):
        yield Due(each, each.ends_on)
    interim: Any = with_clocks(executed.filter(is_interim=True).with_terms()).filter(
        successor_on=None, terminated_on=None
    )
    for each in interim.select_related("area__state").order_by("number", "pk"):
        due = interim_due(each.mou_signed_on)
        if today - STAYS_OPEN <= due <= until:
            yield Due(each, due, is_interim=True)


def to_review_at(at: datetime) -> Iterator[Due]:
    """Yield MOUs in force whose review is due or overdue; one query."""
    today = at.date()
    mous: Any = Agreement.objects.filter(
        status=Agreement.Status.EXECUTED, kind__in=Agreement.MOUS, area__archived_at=None
    ).with_terms()
    near = (today - STAYS_OPEN, today + EXPIRES_SOON + FARTHEST)
    due: Any = with_clocks(mous).filter(condition_of(IN_FORCE, today), review_due_on__range=near)
    for each in due.select_related("area__state").order_by("number", "pk"):
        yield Due(each, each.review_due_on)


def subjects_of(find: Found, at: datetime) -> Iterator[ReminderSubject]:
    """Yield the agreements of each area that are due on one day, as one subject; three queries besides."""
    by_day: dict[tuple[int, date], list[Due]] = defaultdict(list)
    for due in find(at):
        by_day[due.agreement.area_id, due.on].append(due)
    areas = {area for area, _on in by_day}
    staff, chairs = seated_in(Role.STAFF, areas), _chairs_of(areas, at.date())
    for (area_id, on), found in sorted(by_day.items()):
        area: LocalArea = found[0].agreement.area
        own = staff.get(area_id, [])
        yield ReminderSubject(
            key=f"{area_id}:{on}",
            since=datetime.combine(on - EXPIRES_SOON, MORNING, area.zone),
            about=[*(due.agreement for due in found[:MOST]), area],
            people={STAFF: own, BOTH: together(own, chairs.get(area_id, []))},
            scope=area,
            facts={"at": at, "found": found, "on": on, "staff": {user.pk for user in own}},
        )


def _chairs_of(areas: Collection[int], today: date) -> dict[int, list[User]]:
    """Return who chairs the board of each area, if the person has an account; one query."""
    held = Tenure.objects.on(today).filter(
        office__area__in=areas, office__kind=Office.Kind.CHAIR, office__archived_at=None, user__is_active=True
    )
    found: dict[int, list[User]] = defaultdict(list)
    for tenure in held.select_related("user", "office").order_by("pk"):
        if tenure.user and tenure.office.area_id:
            found[tenure.office.area_id].append(tenure.user)
    return found


def _build(code: str, matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    assert isinstance(person, User)
    found, on, area = matter.facts["found"], matter.facts["on"], found_area(matter)
    today = matter.facts["at"].astimezone(area.zone).date()
    is_own_staff = person.pk in matter.facts["staff"]
    why = _("You are One-Stop staff of %(area)s.") if is_own_staff else _("You chair the board of %(area)s.")
    first = found[0].agreement
    only = len(found) == 1
    return Message(
        kind=code,
        key="",
        to=person,
        about=matter.about,
        context=context_of(code, found, on, today, what_follows(area, following)),
        why=why % {"area": area.name},
        path=first.get_absolute_url() if only else reverse("agreements:timeline", args=[area.slug]),
        zone=area.zone,
    )


def found_area(matter: ReminderSubject) -> LocalArea:
    """Return the area of a subject."""
    area = matter.about[-1]
    assert isinstance(area, LocalArea)
    return area


def context_of(code: str, found: list[Due], on: date, today: date, following: str) -> dict[str, Any]:
    """Return what the mail says."""
    is_review = code == REVIEW_DUE
    interim = any(due.is_interim for due in found)
    return {
        "area": found[0].agreement.area,
        "due": found[:MOST],
        "more": max(len(found) - MOST, 0),
        "number": len(found),
        "first": found[0].agreement,
        "on": on,
        "days": abs((on - today).days),
        "is_over": on < today,
        "is_today": on == today,
        "is_review": is_review,
        "rule": RULES["review" if is_review else "interim"] if is_review or interim else None,
        "has_interim": interim,
        "next": following,
    }


def what_follows(area: LocalArea, following: Next | None) -> str:
    """Return when the next reminder is sent, and to whom; nothing after the last one."""
    if following is None:
        return ""
    return WHAT_FOLLOWS[following.whom] % {"date": day(following.at.astimezone(area.zone).date(), "plain")}


# ---------------------------------------------------------------- Types and reminders
def _example(code: str) -> dict[str, Any]:
    """Return the context of two invented agreements that are due in 90 days, never saved."""
    on = date(2027, 6, 30)
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    names = [("MOU-24-01", _("Umbrella MOU")), ("IFA-26-01", _("Infrastructure funding agreement"))]
    rows = [
        Agreement(pk=pk, area=area, number=number, title=title, kind="umbrella")
        for pk, (number, title) in enumerate(names[: 1 if code == REVIEW_DUE else 2], start=1)
    ]
    following = WHAT_FOLLOWS[BOTH] % {"date": day(on - timedelta(days=60), "plain")}
    context = context_of(code, [Due(each, on) for each in rows], on, on - timedelta(days=90), following)
    ann = User(name="Ann Example", email="ann@board.example")  # no translation: an invented name
    return context | {"recipient": ann, "action_url": settings.PUBLIC_URL, "why": _("You are One-Stop staff.")}


GOES_TO = gettext_lazy("The One-Stop staff of the area. From 180 days before, also the chair of the board.")
STEPS = [Step(0, STAFF), Step(90, BOTH), Step(180, BOTH), Step(240, BOTH), Step(270, BOTH)]


def _declare(code: str, label: str | Promise, about: str | Promise, reminds: str | Promise, find: Found) -> Reminder:
    notice_types.declare(
        NoticeType(
            code, label, about, Reason.LEGAL, template="agreement_clock", goes_to=GOES_TO, is_for=is_staff_or_board,
            example=partial(_example, code),
        )
    )  # fmt: skip
    reminder = Reminder(
        code, label, reminds, circles=CIRCLES, steps=STEPS, open_matters=partial(subjects_of, find),
        build=partial(_build, code), keep_days=True,
    )  # fmt: skip
    reminders.register(reminder)
    return reminder


# Days of the steps count from the first reminder, 270 days before: so they are 180, 90 and 30 days before, and the day.
EXPIRING_REMINDER = _declare(
    EXPIRES,
    gettext_lazy("Agreements expire"),
    gettext_lazy("An agreement expires, or an interim funding agreement must be replaced (20 CFR 678.715(c))."),
    gettext_lazy(
        "Reminds staff from 270 days before an agreement expires, later the chair of the board too, until its "
        "successor is executed."
    ),
    expiring_at,
)
REVIEW_REMINDER = _declare(
    REVIEW_DUE,
    gettext_lazy("Review of an MOU due"),
    gettext_lazy("The review of an MOU in each 3-year period is due (20 CFR 678.500(b)(6))."),
    gettext_lazy(
        "Reminds staff from 270 days before the review of an MOU is due, later the chair of the board too, until it is "
        "recorded."
    ),
    to_review_at,
)
