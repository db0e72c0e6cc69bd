"""Tell partners that their counts are asked for, remind them, and tell the staff that they were sent or are late."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.funding.count_requests import ANSWERED, ASKED, NUDGED, WITHDRAWN, context_of
from agreements.models import Agreement, CountRequest, FundingBudget, FundingPeriod, Payer
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Organization, Partnership, Role
from partners.notices.audiences import is_staff, people_of_partners, seated_in, speaks_or_keeps

DUE = "agreements.counts_due"
PARTNER, STAFF = "partner", "staff"
MORNING = time(8)
BEFORE = timedelta(days=3)
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each request for counts that is not answered and is due in three days or less; three queries."""
    rows = CountRequest.objects.pending().filter(
        due_on__lte=at.date() + BEFORE + FARTHEST, payer__archived_at=None,
        agreement__area__archived_at=None,
    ).exclude(period__status=FundingPeriod.Status.CLOSED)  # fmt: skip
    open_ones = list(
        rows.select_related("agreement__area__state", "payer__partnership__organization", "period").order_by(
            "due_on", "pk"
        )
    )
    people = people_of_partners([each.payer.partnership for each in open_ones])
    staff = seated_in(Role.STAFF, {each.agreement.area_id for each in open_ones})
    for each in open_ones:
        area = each.agreement.area
        yield ReminderSubject(
            key=f"{each.pk}:{each.due_on}",
            since=datetime.combine(each.due_on - BEFORE, MORNING, area.zone),
            about=[each.agreement, area],
            people={PARTNER: people[each.payer.partnership_id], STAFF: staff.get(area.pk, [])},
            scope=area,
            facts={"request": each, "at": at},
        )


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    request: CountRequest = subject.facts["request"]
    area = request.agreement.area
    today = subject.facts["at"].astimezone(area.zone).date()
    to_staff = step.whom == STAFF
    why = _("You are One-Stop staff of %(area)s.") if to_staff else _("You are of %(partner)s.")
    return Message(
        kind=DUE,
        key="",
        to=person,
        about=subject.about,
        context=context_of(request)
        | {"to_staff": to_staff, "is_late": request.due_on < today, "next": _what_follows(area, following)},
        why=why % {"area": area.name, "partner": request.payer},
        path=request.get_absolute_url(),
        zone=area.zone,
    )


def _what_follows(area: LocalArea, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("Without an answer by %(date)s, we will tell the One-Stop staff.") % on
    return _("Without an answer by %(date)s, we will remind you again.") % on


# ---------------------------------------------------------------- Types and the reminder
def _example(code: str) -> dict[str, Any]:
    """Return the context of an invented request, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    agreement = Agreement(pk=1, area=area, number="IFA-26-01", title=_("Infrastructure funding agreement"), kind="ifa")
    budget = FundingBudget(pk=1, agreement=agreement, first_on=date(2026, 7, 1))
    partner = Partnership(area=area, organization=Organization(name=_("Millrace Adult Learning")))
    request = CountRequest(
        pk=1,
        agreement=agreement,
        payer=Payer(agreement=agreement, budget=budget, partnership=partner),
        period=FundingPeriod(budget=budget, number=1, first_on=date(2026, 7, 1), last_on=date(2026, 9, 30)),
        due_on=date(2026, 10, 9),
        message=_("Count the rooms by the floor plan of August."),
    )
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    more = {"to_staff": False, "is_late": False, "next": ""} if code == DUE else {}
    return context_of(request) | {"recipient": ann, "action_url": settings.PUBLIC_URL} | more


def _type(
    code: str, label: str | Promise, about: str | Promise, reason: Reason, goes_to: str | Promise, is_for: Any
) -> NoticeType:
    return NoticeType(code, label, about, reason, goes_to=goes_to, is_for=is_for, example=partial(_example, code))


def is_of_a_partner_or_staff(user: Any) -> bool:
    """Whether a person works for a partner, or is staff of an area."""
    return speaks_or_keeps(user) or is_staff(user)


OF_PARTNER = gettext_lazy("The managers of the partner, or its representatives if it has none.")
notice_types.declare(
    _type(
        ASKED, gettext_lazy("Counts for the cost shares"),
        gettext_lazy("The staff ask for the space, staff or customers by which costs are shared."),
        Reason.TRANSACTIONAL, OF_PARTNER, speaks_or_keeps,
    ),
    _type(
        ANSWERED, gettext_lazy("Counts that partners sent"),
        gettext_lazy("A partner sent the counts that you asked for."),
        Reason.TRANSACTIONAL, gettext_lazy("Whoever asked for them, or the One-Stop staff."), is_staff,
    ),
    _type(
        NUDGED, gettext_lazy("Reminder of counts by the staff"),
        gettext_lazy("The staff remind you of counts that they asked for."),
        Reason.TRANSACTIONAL, OF_PARTNER, speaks_or_keeps,
    ),
    _type(
        WITHDRAWN, gettext_lazy("Requests for counts that are withdrawn"),
        gettext_lazy("The counts that you were asked for are no longer needed."),
        Reason.TRANSACTIONAL, OF_PARTNER, speaks_or_keeps,
    ),
    _type(
        DUE, gettext_lazy("Counts that are due"),
        gettext_lazy("The day by which a partner sends its counts is near, or has passed."),
        Reason.NUDGE, gettext_lazy("The managers of the partner, then the One-Stop staff."), is_of_a_partner_or_staff,
    ),
)  # fmt: skip
REMINDER = Reminder(
    DUE,
    gettext_lazy("Counts that are due"),
    gettext_lazy("Reminds partners to send the counts that they were asked for; then tells the staff."),
    circles={
        PARTNER: gettext_lazy("the managers of the partner"),
        STAFF: gettext_lazy("the One-Stop staff of the area"),
    },
    steps=[Step(0, PARTNER), Step(4, PARTNER), Step(8, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
