"""The forms of funding."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agreements.models import Agreement, CostShare, FundingBudget
from partners.models import LocalArea
from tests import factories
from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:(budget|pool|cost_line|base|payer)_(edit|remove|restore)"
    r"|agreements:budget_(adopt|delete)"  # refused by its state, or gone
    r"|agreements:counts_of_(base|payer)"  # what is entered replaces what was
    r"|agreements:count_request_(detail|remind|withdraw)"  # once, or once a day: the second is refused
    r"|agreements:budget_import(_check)?"  # writes nothing, or a budget that exists once a year
    r"|agreements:exhibit_ask"  # the same contents are made once
    r"|agreements:(contribution|source|braid)_(edit|remove|restore|accept|refuse)"  # refused by its state, or the same
    r"|agreements:funding_invoice_void"  # it is voided once: the second is refused
    r"|agreements:(actuals_edit|actual_counts_edit|actual_bill)"  # what is entered replaces what was
    r"|agreements:(period_issue|period_close|statement_agree|dispute_decide)"  # refused by its state
)


def add_party(world: Any) -> None:
    """Add a party to the funding agreement that does not pay yet."""
    partner = factories.make_partnership(LocalArea.objects.get(slug=world.area), name="One More Payer")
    factories.make_party(Agreement.objects.get(pk=world.ifa), partner)
    world.party_to_add = partner.pk


def _share_costs(world: Any) -> None:
    """Store the share of the partner in the second quarter, so that it can be invoiced."""
    budget = FundingBudget.objects.get(pk=world.budget)
    CostShare.objects.create(
        agreement=budget.agreement, budget=budget, period_id=world.open_period, pool_id=world.cost_pool,
        payer_id=world.payer, stage="plan", amount=Decimal(3000), of_amount=Decimal(3000),
    )  # fmt: skip


ADD_FORMS: dict[str, AddForm] = {
    "agreements:budget_add": AddForm(("ifa",), {
        "first_on": "2029-07-01", "frequency": "quarter", "billing": "quarter", "proration": "months",
        "issue_days": "45", "pay_days": "15", "answer_days": "15", "flag_percent": "10",
    }),
    "agreements:pool_add": AddForm(
        ("draft_budget",), lambda w: {"name": "Signs", "category": "infrastructure", "base": w.draft_base}
    ),
    "agreements:cost_line_add": AddForm(
        ("draft_pool",), {"item": "rent", "name": "Storage", "amount": "100.00", "each": "month"}
    ),
    "agreements:cost_line_change": AddForm(("draft_line",), {"on": "2028-01-01", "amount": "13000.00"}),
    "agreements:base_add": AddForm(("draft_budget",), {"name": "Staff", "kind": "fte"}),
    "agreements:payer_add": AddForm(("draft_budget",), lambda w: {"partnerships": [w.party_to_add]}, prepare=add_party),
    "agreements:count_request_add": AddForm(
        ("draft_budget",), lambda w: {"period": "2", "payers": [w.draft_payer], "due_on": "2099-01-15"}
    ),
    "agreements:what_if_adopt": AddForm(
        ("budget",), {"change": "rise:0:3:2", "seen": "", "reason": "The landlord raised the rent."}
    ),
    "agreements:payer_statement_pdf": AddForm(
        ("budget", "payer"), {}, page=("agreements:payer_statement", "budget", "payer")
    ),
    "agreements:contribution_add": AddForm(
        ("budget",),
        lambda w: {
            "kind": "cash", "payer": w.payer, "period": w.open_period, "text": "Check 7", "amount": "20",
            "received_on": "2026-08-03",
        },
    ),
    "agreements:braid_add": AddForm(
        ("ifa",),
        lambda w: {
            "title": "Transit passes", "amount": "900", "first_on": "2026-07-01", "last_on": "2027-06-30",
            "partnership_1": w.partner, "name_1": "Adult education", "weight_1": "100",
            "allowable_use_1": "Supportive services",
        },
    ),
    "agreements:funding_invoices_issue": AddForm(
        ("budget",),
        lambda w: {
            "period": "2", "expected": "3000", "due_on": (timezone.localdate() + timedelta(days=15)).isoformat(),
        },
        prepare=_share_costs,
    ),
    "agreements:payment_add": AddForm(
        ("funding_invoice",), {"amount": "20", "received_on": "2026-08-03", "text": "Check 8"}
    ),
    "agreements:adjustment_add": AddForm(
        ("closed_period",),
        lambda w: {"partnership": w.partner, "amount": "-12.50", "reason": "Credit note", "period": w.open_period},
    ),
    "agreements:statement_dispute": AddForm(
        ("unanswered_statement",), {"text": "We have 400 square feet, not 500."}, who="manager"
    ),
}  # fmt: skip
