"""Mails about the reconciliation of funding agreements, and the reminders that go with it.

The staff are reminded of periods whose statements are due, partners of the last day to dispute or to pay.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.funding.reconciling import issue_by
from agreements.funding.statement_notices import (
    CLOSED,
    DECIDED,
    DISPUTED,
    SENT,
    context_of,
    why_partner,
    why_staff,
)
from agreements.funding.statements import AGREED, DECLINED, STANDS, WAITING, positions_in
from agreements.models import (
    Agreement,
    FundingBudget,
    FundingPeriod,
    PartnerStatement,
    Payer,
    StatementDispute,
)
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Organization, Partnership, Role
from partners.notices.audiences import is_staff, people_of_partners, seated_in, speaks_or_keeps

DUE, TO_ANSWER = "agreements.reconciliation_due", "agreements.statement_due"
STAFF, PARTNER = "staff", "partner"
MORNING, FARTHEST = time(8), timedelta(days=1)  # no area is farther ahead of UTC
AHEAD, BEFORE_LAST_DAY = timedelta(days=15), timedelta(days=5)
STAYS_OPEN = timedelta(days=180)  # then the to-do list alone says it
TO_BE_PAID = (AGREED, DECLINED, STANDS)
TO_PARTNER = gettext_lazy("The managers of the partner, or else its representatives.")


# ---------------------------------------------------------------- Types
def _statement(**fields: Any) -> PartnerStatement:
    """Return an invented statement, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    agreement = Agreement(pk=1, area=area, number="IFA-26-01", title=_("Infrastructure funding agreement"), kind="ifa")
    budget = FundingBudget(pk=1, agreement=agreement, first_on=date(2026, 7, 1))
    period = FundingPeriod(
        pk=1, agreement=agreement, budget=budget, number=1, first_on=date(2026, 7, 1), last_on=date(2026, 9, 30),
        issued_on=date(2026, 11, 9), pay_by=date(2026, 11, 24), answer_by=date(2026, 11, 24), revision=1,
    )  # fmt: skip
    partner = Partnership(area=area, organization=Organization(name=_("Millrace Adult Learning")))
    payer = Payer(agreement=agreement, budget=budget, partnership=partner)
    amounts = {"planned": "4160.34", "owed": "4212.08", "cash": "4000.00", "balance": "212.08"}
    given = {name: Decimal(amount) for name, amount in amounts.items()}
    return PartnerStatement(pk=1, agreement=agreement, period=period, payer=payer, **(given | fields))


def _example(**fields: Any) -> Mapping[str, Any]:
    statement = _statement(**fields)
    dispute = StatementDispute(
        statement=statement, text=_("We gave up one office in August."), answer=_("We corrected the square feet."),
        decision="upheld", at=datetime(2026, 11, 20, 12, tzinfo=UTC), answer_by=date(2026, 12, 9),
    )  # fmt: skip
    facts = {"dispute": dispute, "person": "Ann Example"}  # no translation: an invented name
    return {**context_of(statement), **facts, "action_url": settings.PUBLIC_URL}


def _example_due() -> Mapping[str, Any]:
    statement = _statement()
    return {**due_context(statement.period, date(2026, 11, 17)), "action_url": settings.PUBLIC_URL}


def _example_to_answer() -> Mapping[str, Any]:
    statement = _statement()
    return {**_example(), **answer_context(statement, Decimal("212.08"), date(2026, 11, 19), disputable=True)}


def _declare(
    code: str,
    label: Promise,
    about: Promise,
    example: Any,
    *,
    reason: Reason = Reason.TRANSACTIONAL,
    staff: bool = False,
) -> None:
    goes_to = gettext_lazy("The One-Stop staff of the area.") if staff else TO_PARTNER
    notice_types.declare(
        NoticeType(
            code, label, about, reason, goes_to=goes_to, is_for=is_staff if staff else speaks_or_keeps, example=example
        )
    )


_declare(
    SENT, gettext_lazy("Statements of shared costs"),
    gettext_lazy("What your organization owes for a period by actual cost, with the days to pay and to dispute."),
    _example, reason=Reason.LEGAL,
)  # fmt: skip
_declare(
    DISPUTED, gettext_lazy("Disputed statements"),
    gettext_lazy("A partner disputes its statement of shared costs in writing."), _example, staff=True,
)  # fmt: skip
_declare(
    DECIDED, gettext_lazy("Decisions about disputes"),
    gettext_lazy("The staff decided the dispute of a statement of your organization."), _example, reason=Reason.LEGAL,
)  # fmt: skip
_declare(
    CLOSED, gettext_lazy("Closed periods"),
    gettext_lazy("A period of shared costs was closed, and what became of the balance of your organization."),
    lambda: _example(outcome="carried"),
)  # fmt: skip
_declare(
    DUE, gettext_lazy("Statements of shared costs due"),
    gettext_lazy("A period of a funding agreement is over, and its statements are due (20 CFR 678.720(c)(5))."),
    _example_due, reason=Reason.LEGAL, staff=True,
)  # fmt: skip
_declare(
    TO_ANSWER, gettext_lazy("Last day to pay or dispute a statement"),
    gettext_lazy("A statement of shared costs is to be paid or disputed soon, or was not paid in time."),
    _example_to_answer, reason=Reason.NUDGE,
)  # fmt: skip


# ---------------------------------------------------------------- What is due
def periods_due(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each period that is over and whose statements are due in 15 days or overdue; two queries."""
    today = at.date()
    rows = FundingPeriod.objects.filter(
        status=FundingPeriod.Status.OPEN, budget__status=FundingBudget.Status.ADOPTED,
        last_on__range=(today - STAYS_OPEN, today + FARTHEST), agreement__area__archived_at=None,
    )  # fmt: skip
    periods = list(rows.select_related("budget", "agreement__area__state").order_by("last_on", "pk"))
    staff = seated_in(Role.STAFF, {period.agreement.area_id for period in periods})
    for period in periods:
        period.budget.agreement = period.agreement
        area = period.agreement.area
        yield ReminderSubject(
            key=f"{period.pk}:{issue_by(period)}",
            since=datetime.combine(issue_by(period) - AHEAD, MORNING, area.zone),
            about=[period, period.agreement],
            people={STAFF: staff.get(area.pk, [])},
            scope=area,
            facts={"period": period, "today": period.agreement.area.day_of(at)},
        )


def statements_to_answer(at: datetime) -> Iterator[ReminderSubject]:
    """Yield statements that can still be disputed, or have a balance to be paid; five queries."""
    rows = FundingPeriod.objects.filter(
        status=FundingPeriod.Status.ISSUED, issued_on__gte=at.date() - STAYS_OPEN, agreement__area__archived_at=None
    )
    periods = list(rows.select_related("budget", "agreement__area__state").order_by("issued_on", "pk"))
    positions = [
        (period, each)
        for period, each in positions_in(periods, lambda period: period.agreement.area.day_of(at))
        if each.standing == WAITING or (each.left > 0 and each.standing in TO_BE_PAID)
    ]
    people = people_of_partners([each.statement.payer.partnership for _period, each in positions])
    for period, each in positions:
        period.budget.agreement = period.agreement
        statement, area = each.statement, period.agreement.area
        last = min(on for on in (period.pay_by, period.answer_by) if on)
        yield ReminderSubject(
            key=f"{statement.pk}:{last}",
            since=datetime.combine(last - BEFORE_LAST_DAY, MORNING, area.zone),
            about=[statement, period.agreement],
            people={PARTNER: people.get(statement.payer.partnership_id, [])},
            scope=area,
            facts={
                "statement": statement,
                "left": each.left,
                "disputable": each.standing == WAITING,
                "today": period.agreement.area.day_of(at),
            },
        )


# ---------------------------------------------------------------- The mails
def due_context(period: FundingPeriod, today: date) -> dict[str, Any]:
    """Return what the reminder of the staff says."""
    due_on = issue_by(period)
    return {
        "period": period,
        "agreement": period.agreement,
        "area": period.agreement.area,
        "due_on": due_on,
        "days": abs((due_on - today).days),
        "is_over": due_on < today,
    }


def answer_context(statement: PartnerStatement, left: Decimal, today: date, *, disputable: bool) -> dict[str, Any]:
    """Return what the reminder of a partner says."""
    pay_by = statement.period.pay_by or today
    facts = {"left": max(left, Decimal(0)), "is_over": pay_by < today, "may_dispute": disputable}
    return {**context_of(statement), **facts}


def _build_due(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    period: FundingPeriod = matter.facts["period"]
    return Message(
        kind=DUE,
        key="",
        to=person,
        about=matter.about,
        why=why_staff(period.agreement),
        path=period.get_absolute_url(),
        zone=period.agreement.area.zone,
        context=due_context(period, matter.facts["today"]),
    )


def _build_to_answer(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    facts = matter.facts
    statement: PartnerStatement = facts["statement"]
    name = person if isinstance(person, str) else person.name
    context = answer_context(statement, facts["left"], facts["today"], disputable=facts["disputable"])
    return Message(
        kind=TO_ANSWER,
        key="",
        to=person,
        about=matter.about,
        why=why_partner(statement),
        path=statement.get_absolute_url(),
        zone=statement.agreement.area.zone,
        context={**context, "person": name},
    )


RECONCILIATION_DUE = Reminder(
    DUE,
    gettext_lazy("Statements of shared costs due"),
    gettext_lazy(
        "Reminds staff 15 days before the statements of a period are due, on the day, and three times after it."
    ),
    circles={STAFF: gettext_lazy("the One-Stop staff of the area")},
    steps=[Step(0, STAFF), Step(15, STAFF), Step(30, STAFF), Step(45, STAFF), Step(75, STAFF)],
    open_matters=periods_due,
    build=_build_due,
    keep_days=True,
)
STATEMENT_DUE = Reminder(
    TO_ANSWER,
    gettext_lazy("Last day to pay or dispute a statement"),
    gettext_lazy("Reminds a partner 5 days before the last day, on the day, and twice after it if it was not paid."),
    circles={PARTNER: gettext_lazy("the managers of the partner")},
    steps=[Step(0, PARTNER), Step(5, PARTNER), Step(15, PARTNER), Step(30, PARTNER)],
    open_matters=statements_to_answer,
    build=_build_to_answer,
    keep_days=True,
)
reminders.register(RECONCILIATION_DUE, STATEMENT_DUE)
