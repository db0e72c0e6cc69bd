"""The forms of funding."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agreements.models import CostShare, FundingBudget
from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:(contribution|source|braid)_(edit|remove|restore|accept|refuse)"  # refused by its state, or the same
    r"|agreements:funding_invoice_void"  # it is voided once: the second is refused
)


def _share_costs(world: Any) -> None:
    """Store the share of the partner in the second quarter, so that it can be invoiced."""
    budget = FundingBudget.objects.get(pk=world.budget)
    CostShare.objects.create(
        agreement=budget.agreement, budget=budget, period_id=world.open_period, pool_id=world.cost_pool,
        payer_id=world.payer, stage="plan", amount=Decimal(3000), of_amount=Decimal(3000),
    )  # fmt: skip


ADD_FORMS: dict[str, AddForm] = {
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
}  # fmt: skip
