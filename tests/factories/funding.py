"""Rows of budgets of funding agreements."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from agreements.funding.plans import periods_of
from agreements.models import (
    ActualCost,
    Adjustment,
    Agreement,
    AllocationBase,
    BaseCount,
    BraidedPart,
    BraidedPlan,
    Contribution,
    CostLine,
    CostPool,
    CountRequest,
    FundingBudget,
    FundingInvoice,
    FundingPeriod,
    FundingSource,
    PartnerStatement,
    Payer,
    PayerCenter,
    StatementDispute,
)
from partners.models import Center, LocalArea, Partnership
from tests.factories.agreements import make_agreement
from tests.factories.numbers import next_number
from tests.factories.purchases import YEAR


def make_ifa(area: LocalArea, **fields: Any) -> Agreement:
    """Return an executed infrastructure funding agreement of a program year."""
    named = {"kind": "ifa", "number": f"IFA-{next_number()}", "title": "Infrastructure funding", "origin": "existing"}
    return make_agreement(area, **{"status": "executed", **named, **YEAR, **fields})


def make_budget(agreement: Agreement, **fields: Any) -> FundingBudget:
    """Return a draft of a budget from July 2026 on, with its periods."""
    budget = FundingBudget.objects.create(agreement=agreement, **{"first_on": date(2026, 7, 1), **fields})
    FundingPeriod.objects.bulk_create(
        [
            FundingPeriod(
                agreement=agreement, budget=budget, number=span.number, first_on=span.first_on, last_on=span.last_on
            )
            for span in periods_of(budget.first_on, budget.frequency)
        ]
    )
    return budget


def make_base(budget: FundingBudget, **fields: Any) -> AllocationBase:
    """Return a base of square feet of the whole area."""
    given = {"kind": "square_feet", "name": f"Square feet {next_number()}"}
    return AllocationBase.objects.create(agreement=budget.agreement, budget=budget, **{**given, **fields})


def make_pool(base: AllocationBase, **fields: Any) -> CostPool:
    """Return a pool of infrastructure costs."""
    given = {"name": f"Rent {next_number()}", "category": "infrastructure", "center": base.center}
    named = {"agreement": base.agreement, "budget": base.budget, "base": base}
    return CostPool.objects.create(**{**named, **given, **fields})


def make_cost_line(pool: CostPool, **fields: Any) -> CostLine:
    """Return a rent of 12,000 dollars a year."""
    given = {"item": "rent", "name": "Rent", "amount": Decimal("12000.00")}
    return CostLine.objects.create(agreement=pool.agreement, pool=pool, **{**given, **fields})


def make_payer(budget: FundingBudget, partnership: Partnership, *centers: Center, **fields: Any) -> Payer:
    """Return a partner that pays, in some centers."""
    payer = Payer.objects.create(agreement=budget.agreement, budget=budget, partnership=partnership, **fields)
    for center in centers:
        PayerCenter.objects.create(agreement=budget.agreement, payer=payer, center=center)
    return payer


def make_count(base: AllocationBase, payer: Payer, value: Any, **fields: Any) -> BaseCount:
    """Return a count of the budget from the first period on."""
    if "period" not in fields:
        fields["period"] = base.budget.periods.get(number=1)
    named = {"agreement": base.agreement, "base": base, "payer": payer, "value": Decimal(value), "at": now()}
    return BaseCount.objects.create(**{**named, **fields})


def make_count_request(payer: Payer, **fields: Any) -> CountRequest:
    """Return a request for the counts of the first period."""
    if "period" not in fields:
        fields["period"] = payer.budget.periods.get(number=1)
    given = {"due_on": date(2026, 12, 15), "asked_at": now()}
    return CountRequest.objects.create(agreement=payer.agreement, payer=payer, **{**given, **fields})


def make_actual_cost(period: FundingPeriod, line: CostLine, amount: Any, **fields: Any) -> ActualCost:
    """Return what a cost came to in a period."""
    named = {"agreement": period.agreement, "period": period, "line": line, "amount": Decimal(amount), "at": now()}
    return ActualCost.objects.create(**{**named, **fields})


def make_funding_invoice(payer: Payer, **fields: Any) -> FundingInvoice:
    """Return an invoice for the first quarter."""
    given = {"number": f"IFA-INV-{next_number()}", "amount": Decimal("750.00"), "issued_on": date(2026, 7, 1)}
    days = {"first_on": date(2026, 7, 1), "last_on": date(2026, 9, 30), "due_on": date(2026, 7, 31)}
    named = {"agreement": payer.agreement, "budget": payer.budget, "payer": payer}
    return FundingInvoice.objects.create(**{**named, **given, **days, **fields})


def make_contribution(payer: Payer | None, period: FundingPeriod, **fields: Any) -> Contribution:
    """Return 100 dollars in cash."""
    given = {"kind": "cash", "text": "Check 1001", "received_on": date(2026, 8, 3), "amount": Decimal("100.00")}
    named = {"agreement": period.agreement, "period": period, "payer": payer, "at": now()}
    return Contribution.objects.create(**{**named, **given, **fields})


def make_funding_source(payer: Payer, **fields: Any) -> FundingSource:
    """Return a source that pays all of a share."""
    given = {"name": f"Local administration {next_number()}", "weight": Decimal(100), "allowable_use": "Administration"}
    return FundingSource.objects.create(agreement=payer.agreement, payer=payer, **{**given, **fields})


def make_braid(agreement: Agreement, **fields: Any) -> BraidedPlan:
    """Return a braided plan of a project."""
    days = {"first_on": date(2026, 7, 1), "last_on": date(2027, 6, 30)}
    given = {"title": "Summer work experience", "amount": Decimal("9000.00")}
    return BraidedPlan.objects.create(agreement=agreement, **{**given, **days, **fields})


def make_braided_part(plan: BraidedPlan, partnership: Partnership, **fields: Any) -> BraidedPart:
    """Return a part that pays all of a plan."""
    given = {"name": "VR case services", "weight": Decimal(100), "allowable_use": "Services of an employment plan"}
    return BraidedPart.objects.create(
        agreement=plan.agreement, plan=plan, partnership=partnership, **{**given, **fields}
    )


def make_statement(payer: Payer, period: FundingPeriod, **fields: Any) -> PartnerStatement:
    """Return a statement of 750 dollars, of which nothing is paid."""
    given = {"planned": Decimal("750.00"), "owed": Decimal("750.00"), "balance": Decimal("750.00")}
    return PartnerStatement.objects.create(agreement=payer.agreement, payer=payer, period=period, **{**given, **fields})


def make_dispute(statement: PartnerStatement, **fields: Any) -> StatementDispute:
    """Return an open dispute of a statement."""
    given = {"text": "We gave up one office in August.", "at": now(), "answer_by": date(2026, 12, 15)}
    return StatementDispute.objects.create(agreement=statement.agreement, statement=statement, **{**given, **fields})


def make_adjustment(payer: Payer, corrects: FundingPeriod, period: FundingPeriod, **fields: Any) -> Adjustment:
    """Return a correction of 20 dollars in favor of a partner."""
    given = {"amount": Decimal("-20.00"), "reason": "The bill of August was credited.", "at": now()}
    named = {"agreement": payer.agreement, "payer": payer, "corrects": corrects, "period": period}
    return Adjustment.objects.create(**{**named, **given, **fields})


def mark_issued(period: FundingPeriod, **fields: Any) -> FundingPeriod:
    """Mark a period as one whose statements were sent."""
    given = {
        "status": "issued",
        "issued_on": date(2026, 10, 20),
        "pay_by": date(2026, 11, 4),
        "answer_by": date(2026, 11, 4),
    }
    FundingPeriod.objects.filter(pk=period.pk).update(**{**given, "revision": 1, **fields})
    period.refresh_from_db()
    return period


def mark_closed(period: FundingPeriod, **fields: Any) -> FundingPeriod:
    """Mark a period as one that was reconciled and closed."""
    return mark_issued(period, **{"status": "closed", "closed_at": now(), **fields})
