"""Quarters of the sample's budgets: closed ones, one that a partner disputes, and those that are still open.

Each over quarter has actual costs, contributions and statements; what is left is carried on. The last one that is over
has a dispute, unless it ended a few days ago.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from agreements.funding.plans import ZERO, Span, amount_in
from agreements.funding.reading import cost_of
from agreements.funding.shares import write_shares
from agreements.funding.sources import split_amount
from agreements.funding.statements import Figures, figures_of
from agreements.models import (
    ActualCost,
    Adjustment,
    BaseCount,
    Contribution,
    CostShare,
    FundingInvoice,
    FundingPeriod,
    FundingSource,
    MoneyApprover,
    PartnerStatement,
    Payer,
    Stage,
    StatementDispute,
)
from agreements.sample.budgets import Told, told
from onestop.accounts.models import User
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

ISSUED, ANSWERED, CLOSED = timedelta(days=30), timedelta(days=9), timedelta(days=24)  # after its end, after issuing
STILL_COUNTING = timedelta(days=20)  # after its end: costs come in
INVOICED, PAID = timedelta(days=1), timedelta(days=19)  # after its first day
TERM = timedelta(days=15)
CENT = Decimal("0.01")


def load(story: AreaStory, years: list[Told]) -> None:
    """Add what happened in each quarter until today."""
    right = MoneyApprover.objects.filter(area=story.area).select_related("user").order_by("pk").first()
    teller = _Teller(story, right.user if right else None)
    begun = [(year, period) for year in years for period in year.periods if period.first_on + PAID < story.today]
    over = [period for _year, period in begun if period.last_on + STILL_COUNTING <= story.today]
    for year, period in begun:
        period.budget = year.budget
        invoices = teller.invoices(year, period, is_last=period not in over or period == over[-1])
        teller.gifts(year, period, invoices if period in over else None)
        if period in over:
            teller.costs(year, period)
            teller.statements(year, period, is_last=period == over[-1])
    _correct(story, years)


def _correct(story: AreaStory, years: list[Told]) -> None:
    """Correct the last closed quarter by an entry in the first one that is open."""
    facts, all_of_them = told()["correction"], [(year, period) for year in years for period in year.periods]
    closed = [period for _year, period in all_of_them if period.is_closed]
    if not closed:
        return
    corrected = closed[-1]
    later = [(year, each) for year, each in all_of_them if each.is_open and each.first_on > corrected.first_on]
    if not later or facts["partner"] not in later[0][0].payers:
        return
    year, period = later[0]
    at = story.at(story.today - timedelta(days=2))
    if corrected.closed_at and at <= corrected.closed_at:
        at = corrected.closed_at + timedelta(hours=1)
    adjustment = Adjustment(
        agreement=year.budget.agreement, corrects=corrected, period=period, payer=year.payers[facts["partner"]],
        amount=Decimal(facts["amount"]), reason=facts["reason"], by=story.staff, at=at,
    )  # fmt: skip
    story.keep([adjustment], at)


class _Teller:
    """Adds the rows of one quarter after the other."""

    def __init__(self, story: AreaStory, approver: User | None) -> None:
        self.story, self.approver = story, approver
        self.numbers: dict[int, int] = {}

    # ---------------------------------------------------------------- Paying
    def invoices(self, year: Told, period: FundingPeriod, *, is_last: bool) -> dict[str, FundingInvoice]:
        """Add the invoices of a quarter, and what was paid of them: in the last quarters some partners are late."""
        shares = dict.fromkeys(year.payers, ZERO)
        names = {payer.pk: name for name, payer in year.payers.items()}
        stored = CostShare.objects.filter(period=period, stage=Stage.PLAN).order_by("pk")
        for payer, amount in stored.values_list("payer", "amount"):
            shares[names[payer]] += amount
        issued_on = period.first_on + INVOICED
        invoices = [
            self._invoice(year, period, year.payers[name], amount, issued_on) for name, amount in shares.items()
        ]
        self.story.keep(invoices, self.story.at(issued_on))
        late = told()["dispute"]["late"] if is_last else ()
        in_kind = {gift["partner"]: Decimal(gift["amount"]) for gift in told()["gifts"] if "partner" in gift}
        paid_on = period.first_on + PAID
        payments = [
            Contribution(
                agreement=year.budget.agreement, period=period, payer=year.payers[name], invoice=invoice, kind="cash",
                text=f"Check {4100 + 20 * period.number + at}", received_on=paid_on, by=self.story.staff,
                amount=max(invoice.amount - in_kind.get(name, ZERO), CENT), at=self.story.at(paid_on),
                status="accepted", decided_at=self.story.at(paid_on), decided_by=self.story.staff,
            )
            for at, (name, invoice) in enumerate(zip(shares, invoices, strict=True))
            if name not in late and invoice.amount
        ]  # fmt: skip
        self.story.keep(payments, self.story.at(paid_on))
        return dict(zip(shares, invoices, strict=True))

    def _invoice(
        self, year: Told, period: FundingPeriod, payer: Payer, amount: Decimal, issued_on: date
    ) -> FundingInvoice:
        number = self.numbers[year.budget.pk] = self.numbers.get(year.budget.pk, 0) + 1
        budget = year.budget
        return FundingInvoice(
            agreement=budget.agreement, budget=budget, payer=payer, amount=amount, issued_on=issued_on,
            number=f"{budget.agreement.number}/{budget.first_on.year}-{number:03}", first_on=period.first_on,
            last_on=period.last_on, due_on=issued_on + 2 * TERM, issued_by=self.story.staff,
        )  # fmt: skip

    def gifts(self, year: Told, period: FundingPeriod, invoices: dict[str, FundingInvoice] | None) -> None:
        """Add what was given in kind: it reduces ``invoices`` of quarters that are over, and waits in the others."""
        given_on = period.first_on + PAID
        at, decided = self.story.at(given_on), self.story.at(given_on + timedelta(days=3))
        accepted: dict[str, Any] = {}
        if invoices is not None:
            accepted = {"status": "accepted", "decided_at": decided, "decided_by": self.approver}
        rows = [
            Contribution(
                agreement=year.budget.agreement, period=period, payer=year.payers.get(gift.get("partner", "")),
                kind=gift["kind"], giver=gift.get("giver", ""), text=gift["text"], received_on=given_on,
                amount=Decimal(gift["amount"]), valuation=gift["valuation"], pool=year.pools[gift["pool"]],
                hours=gift.get("hours"), rate=Decimal(gift["rate"]) if "rate" in gift else None, by=self.story.staff,
                at=at, invoice=invoices.get(gift.get("partner", "")) if invoices else None, **accepted,
            )
            for gift in told()["gifts"]
        ]  # fmt: skip
        self.story.keep(rows, at)

    # ---------------------------------------------------------------- Reconciling
    def costs(self, year: Told, period: FundingPeriod) -> None:
        """Add what each cost came to, and customers counted anew."""
        at = self.story.at(period.last_on + timedelta(days=16))
        span = Span(period.number, period.first_on, period.last_on)
        rows = []
        for line, facts in year.lines:
            planned = amount_in([cost_of(line)], year.budget.first_on, span)
            factor = Decimal(str(facts["actual"][period.number - 1]))
            rows.append(
                ActualCost(
                    agreement=year.budget.agreement, period=period, line=line, by=self.story.staff, at=at,
                    amount=(planned * factor).quantize(CENT),
                )
            )  # fmt: skip
        self.story.keep(rows, at)
        counted = [
            BaseCount(
                agreement=year.budget.agreement, base=count.base, payer=count.payer, period=period, stage=Stage.ACTUAL,
                value=count.value + (count.payer.position * 7 + period.number * 5) % 11 - 4,
                counted_on=period.last_on, by=self.story.staff, at=at,
            )
            for count in BaseCount.objects.filter(base=year.bases["customers"], stage=Stage.PLAN)
            .select_related("payer", "base")
            .order_by("pk")
        ]  # fmt: skip
        self.story.keep(counted, at)

    def statements(self, year: Told, period: FundingPeriod, *, is_last: bool) -> None:
        """Send the statements of a quarter; all but the last one that is over are closed."""
        figures, shares = figures_of(period)
        write_shares(year.budget, [period], shares.rows, Stage.ACTUAL)
        issued_on = period.last_on + ISSUED
        if is_last:  # late, so that there is still time to answer
            issued_on = min(period.last_on + TERM * 3, self.story.today - timedelta(days=12))
        at, answered = self.story.at(issued_on), self.story.at(issued_on + ANSWERED, 14)
        rows = {
            name: _statement(period, payer, figures[payer.pk])
            for name, payer in year.payers.items()
            if payer.pk in figures
        }
        silent = told()["dispute"]["silent"] if is_last else ()
        for name, row in rows.items():
            if name not in silent:
                is_disputed = is_last and name == told()["dispute"]["partner"]
                row.answer, row.answered_at = "disputed" if is_disputed else "agreed", answered
        closed_at = None if is_last else self.story.at(issued_on + CLOSED, 15)
        if closed_at:
            self._settle(year, list(rows.values()))
        PartnerStatement.objects.bulk_create(rows.values())
        for row in rows.values():
            self.story.past.add(row, at=at, by=self.story.staff, steps=self._steps(row, closed_at))
        if is_last and (disputed := rows.get(told()["dispute"]["partner"])):
            self._dispute(disputed, answered)
        self._move(period, issued_on, closed_at)

    def _settle(self, year: Told, statements: list[PartnerStatement]) -> None:
        """Carry what is left, and split what each partner owes over its sources, as closing does."""
        sources = list(FundingSource.objects.filter(payer__budget=year.budget).order_by("position", "pk"))
        for statement in statements:
            statement.outcome = "carried" if statement.balance else "settled"
            own = [source for source in sources if source.payer_id == statement.payer_id]
            statement.sources = [[source.name, str(part)] for source, part in split_amount(statement.owed, own)]

    def _steps(self, row: PartnerStatement, closed_at: datetime | None) -> list[Step]:
        steps = []
        if row.answered_at:
            steps.append(Step(row.answered_at, self.story.staff, {"answer": "none", "answered_at": None}))
        if closed_at:
            steps.append(Step(closed_at, self.approver, {"outcome": "", "sources": []}))
        return steps

    def _dispute(self, statement: PartnerStatement, at: datetime) -> None:
        dispute = StatementDispute(
            agreement=statement.agreement, statement=statement, text=told()["dispute"]["text"], at=at,
            answer_by=at.date() + TERM,
        )  # fmt: skip
        self.story.keep([dispute], at)

    def _move(self, period: FundingPeriod, issued_on: date, closed_at: datetime | None) -> None:
        """Mark a quarter as one whose statements were sent, and perhaps as closed."""
        period.status, period.issued_on, period.issued_by = FundingPeriod.Status.ISSUED, issued_on, self.story.staff
        period.pay_by = period.answer_by = issued_on + TERM
        period.revision = 1
        self.story.past.add_last(period, at=self.story.at(issued_on), by=self.story.staff)
        if closed_at:
            period.status, period.closed_at, period.closed_by = FundingPeriod.Status.CLOSED, closed_at, self.approver
            self.story.past.add_last(period, at=closed_at, by=self.approver)
        period.save()


def _statement(period: FundingPeriod, payer: Payer, found: Figures) -> PartnerStatement:
    return PartnerStatement(
        agreement=period.agreement, period=period, payer=payer, planned=found.planned, owed=found.owed,
        carried_in=found.carried_in, adjusted=found.adjusted, cash=found.cash, in_kind=found.in_kind,
        balance=found.balance,
    )  # fmt: skip
