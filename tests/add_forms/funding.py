"""The forms of funding."""

from typing import Any

from agreements.models import Agreement
from partners.models import LocalArea
from tests import factories
from tests.add_forms.form import AddForm

<<<<<<< ours
<<<<<<< ours
<<<<<<< ours

def add_party(world: Any) -> None:
    """Add a party to the funding agreement that does not pay yet."""
    partner = factories.make_partnership(LocalArea.objects.get(slug=world.area), name="One More Payer")
    factories.make_party(Agreement.objects.get(pk=world.ifa), partner)
    world.party_to_add = partner.pk


REPEATABLE = (
    r"agreements:(budget|pool|cost_line|base|payer)_(edit|remove|restore)"
    r"|agreements:budget_(adopt|delete)"  # refused by its state, or gone
    r"|agreements:counts_of_(base|payer)"  # what is entered replaces what was
    r"|agreements:count_request_detail"  # answered once: the second is refused
)
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
}  # fmt: skip
||||||| base
REPEATABLE = r"agreements:no_such_url"
REPEATABLE = r"agreements:no_such_url"
=======
REPEATABLE = (
    r"agreements:budget_import(_check)?"  # writes nothing, or a budget that exists once a year
    r"|agreements:exhibit_ask"  # the same contents are made once
)
>>>>>>> theirs
ADD_FORMS: dict[str, AddForm] = {}
=======
REPEATABLE = r"agreements:no_such_url"
ADD_FORMS: dict[str, AddForm] = {
    "agreements:what_if_adopt": AddForm(
        ("budget",), {"change": "rise:0:3:2", "seen": "", "reason": "The landlord raised the rent."}
    ),
    "agreements:payer_statement_pdf": AddForm(
        ("budget", "payer"), {}, page=("agreements:payer_statement", "budget", "payer")
    ),
}
>>>>>>> theirs
||||||| f4f6119
REPEATABLE = r"agreements:no_such_url"
ADD_FORMS: dict[str, AddForm] = {}
=======
REPEATABLE = (
    r"agreements:(actuals_edit|actual_counts_edit|actual_bill)"  # what is entered replaces what was
    r"|agreements:(period_issue|period_close|statement_agree|dispute_decide)"  # refused by its state
)
ADD_FORMS: dict[str, AddForm] = {
    "agreements:adjustment_add": AddForm(
        ("closed_period",),
        lambda w: {"partnership": w.partner, "amount": "-12.50", "reason": "Credit note", "period": w.open_period},
    ),
    "agreements:statement_dispute": AddForm(
        ("unanswered_statement",), {"text": "We have 400 square feet, not 500."}, who="manager"
    ),
}
>>>>>>> f5
