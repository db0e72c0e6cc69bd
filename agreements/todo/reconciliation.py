"""The reconciliation of funding agreements as to-do items: of the staff, of who may approve money, and of partners."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import FundingBudget, FundingPeriod, MoneyApprover, PartnerStatement, StatementDispute
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea

MOST = 5  # named of one kind: an area has few budgets
SOON_DUE = timedelta(days=15)
Status = FundingPeriod.Status


def of_staff(area: LocalArea, today: date) -> list[TodoPart]:
    """Return periods whose statements are due, and disputes that are to be decided."""
    return [
        SmallQuery(_to_issue(area.pk, today), _issue_items(today)),
        SmallQuery(_disputed(area.pk), _dispute_items(today)),
    ]


def of_approver(user: Any, area: LocalArea, today: date) -> TodoPart:
    """Return periods that a person who may approve money of the area can close."""
    return SmallQuery(_to_close(area.pk, user.pk, today), _close_items)


def of_manager(partnerships: frozenset[int], area: LocalArea, today: date) -> TodoPart:
    """Return the statements that the managers of partners can still answer."""
    return SmallQuery(_to_answer(partnerships, area.pk, today), _answer_items(today))


# ---------------------------------------------------------------- The staff
@written_once
def _to_issue(area: int, today: date) -> QuerySet[Any, Any]:
    rows = FundingPeriod.objects.filter(
        agreement__area=area, status=Status.OPEN, budget__status=FundingBudget.Status.ADOPTED, last_on__lt=today
    )
    names = {"ifa": F("agreement__number"), "issue_days": F("budget__issue_days")}
    return rows.order_by("last_on", "pk").values("pk", "first_on", "last_on", **names)[:MOST]


def _issue_items(today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            due_on = row["last_on"] + timedelta(days=row["issue_days"])
            is_late = due_on < today
            words = _("Statements of %(period)s are overdue") if is_late else _("Send the statements of %(period)s")
            what = words % {"period": _period(row)}
            why = _("%(ifa)s. Actual cost and counts decide what each partner owes (20 CFR 678.720(c)(5)).") % row
            kind = NOW if is_late else SOON if due_on - today <= SOON_DUE else LATER
            url = reverse("agreements:period_detail", args=[row["pk"]])
            yield TodoItem(kind, "cash-stack", what, why, url, _("Open the period"), due_on=due_on)

    return items


def _period(row: Row) -> str:
    return str(FundingPeriod(first_on=row["first_on"], last_on=row["last_on"]))


@written_once
def _disputed(area: int) -> QuerySet[Any, Any]:
    rows = StatementDispute.objects.filter(agreement__area=area, decision=StatementDispute.Decision.OPEN)
    partner = F("statement__payer__partnership__organization__name")
    period = {"first_on": F("statement__period__first_on"), "last_on": F("statement__period__last_on")}
    return rows.order_by("answer_by", "pk").values("pk", "answer_by", partner=partner, **period)[:MOST]


def _dispute_items(today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            what = _("Decide the dispute of %(partner)s") % row
            why = _("It disputes its statement of %(period)s. Answer in writing.") % {"period": _period(row)}
            url = reverse("agreements:dispute_decide", args=[row["pk"]])
            kind = NOW if row["answer_by"] < today else SOON
            yield TodoItem(kind, "chat-left-text", what, why, url, _("Decide"), due_on=row["answer_by"])

    return items


# ---------------------------------------------------------------- Who may approve money
@written_once
def _to_close(area: int, user: int, today: date) -> QuerySet[Any, Any]:
    right = MoneyApprover.objects.holding().filter(user=user, area=area)
    open_ones = StatementDispute.objects.filter(
        ~Q(decision=StatementDispute.Decision.DECLINED), statement__period=OuterRef("pk"), statement__is_current=True
    )
    rows = FundingPeriod.objects.filter(
        Exists(right), ~Exists(open_ones), agreement__area=area, status=Status.ISSUED, answer_by__lt=today
    )
    return rows.order_by("last_on", "pk").values("pk", "first_on", "last_on", ifa=F("agreement__number"))[:MOST]


def _close_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = _("Close %(period)s of %(ifa)s") % {"period": _period(row), "ifa": row["ifa"]}
        why = _("All partners have answered, or the last day to dispute is over.")
        url = reverse("agreements:period_detail", args=[row["pk"]])
        yield TodoItem(SOON, "lock", what, why, url, _("Open the period"))


# ---------------------------------------------------------------- Partners
@written_once
def _to_answer(partnerships: frozenset[int], area: int, today: date) -> QuerySet[Any, Any]:
    rows = PartnerStatement.objects.filter(
        payer__partnership__in=partnerships, payer__partnership__area=area, is_current=True,
        answer=PartnerStatement.Answer.NONE, period__status=Status.ISSUED, period__answer_by__gte=today,
    )  # fmt: skip
    period = {"first_on": F("period__first_on"), "last_on": F("period__last_on"), "answer_by": F("period__answer_by")}
    partner = F("payer__partnership__organization__name")
    return rows.order_by("period__answer_by", "pk").values("pk", partner=partner, **period)[:MOST]


def _answer_items(today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            what = _("Check the statement of %(period)s") % {"period": _period(row)}
            words = {"partner": row["partner"], "day": day(row["answer_by"], "plain")}
            why = _("What %(partner)s owes by actual cost. Agree, or dispute it in writing until %(day)s.") % words
            url = reverse("agreements:statement_detail", args=[row["pk"]])
            yield TodoItem(SOON, "receipt", what, why, url, _("Read the statement"), due_on=row["answer_by"])

    return items
