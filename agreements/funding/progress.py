"""How far the reconciliation of each period of a budget is, and what is late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.funding.plans import ZERO
from agreements.funding.reconciling import issue_by
from agreements.models import (
    ActualCost,
    CostShare,
    FundingBudget,
    FundingPeriod,
    PartnerStatement,
    Stage,
    StatementDispute,
)

Status = FundingPeriod.Status
SOON = timedelta(days=15)


@dataclass(frozen=True)
class PeriodState:
    """How a period stands: a word, an icon and a color."""

    code: str
    kind: str
    word: str | Promise
    icon: str = ""


COMING = PeriodState("coming", "rest", _("Not begun"))
RUNNING = PeriodState("running", "way", _("Running"))
TO_ISSUE = PeriodState("to_issue", "soon", _("Statements due"))
LATE = PeriodState("late", "now", _("Statements overdue"))
DISPUTED = PeriodState("disputed", "soon", _("Disputed"), "chat-left-text")
UNANSWERED = PeriodState("unanswered", "now", _("Dispute overdue"))
ISSUED = PeriodState("issued", "way", _("Statements sent"), "envelope")
TO_CLOSE = PeriodState("to_close", "soon", _("To be closed"))
CLOSED = PeriodState("closed", "good", _("Closed"), "lock-fill")


@dataclass(frozen=True)
class Progress:
    """One period: how it stands, its next date, and its sums."""

    period: FundingPeriod
    state: PeriodState
    due_on: date | None
    planned: Decimal = ZERO
    actual: Decimal = ZERO
    balance: Decimal = ZERO
    statements: int = 0
    disputes: int = 0

    @property
    def is_late(self) -> bool:
        """Whether a step of it is overdue."""
        return self.state.kind == "now"


def progress_of(budget: FundingBudget, today: date) -> list[Progress]:
    """Return how the periods of a budget stand; five queries."""
    periods = list(budget.periods.order_by("number"))
    planned = _sums(CostShare.objects.filter(budget=budget, stage=Stage.PLAN))
    actual = _sums(ActualCost.objects.filter(period__in=periods))
    statements = PartnerStatement.objects.filter(period__in=periods, is_current=True).order_by()
    sums = {
        row["period"]: (row["number"], row["total"])
        for row in statements.values("period").annotate(number=Count("pk"), total=Sum("balance"))
    }
    disputes: dict[int, list[date]] = defaultdict(list)
    rows = StatementDispute.objects.filter(statement__period__in=periods, decision=StatementDispute.Decision.OPEN)
    for pk, answer_by in rows.values_list("statement__period", "answer_by"):
        disputes[pk].append(answer_by)
    found = []
    for period in periods:
        period.budget, period.agreement = budget, budget.agreement
        state, due_on = state_of(period, disputes[period.pk], today)
        number, balance = sums.get(period.pk, (0, ZERO))
        found.append(
            Progress(
                period, state, due_on, planned.get(period.pk, ZERO), actual.get(period.pk, ZERO), balance, number,
                len(disputes[period.pk]),
            )
        )  # fmt: skip
    return found


def state_of(period: FundingPeriod, disputes: list[date], today: date) -> tuple[PeriodState, date | None]:
    """Return how a period stands, and the day of its next step; ``disputes`` are the days by which to answer them."""
    if period.is_closed:
        return CLOSED, None
    if period.is_open:
        if today < period.first_on:
            return COMING, None
        due_on = issue_by(period)
        if today <= period.last_on:
            return RUNNING, due_on
        return (LATE if due_on < today else TO_ISSUE), due_on
    if disputes:
        first = min(disputes)
        return (UNANSWERED if first < today else DISPUTED), first
    if period.answer_by and period.answer_by < today:
        return TO_CLOSE, None
    return ISSUED, period.answer_by


def _sums(rows: object) -> dict[int, Decimal]:
    """Return the sum of amounts by period; one query."""
    counted = rows.order_by().values("period").annotate(total=Sum("amount"))  # type: ignore[attr-defined]
    return {row["period"]: row["total"] for row in counted}
