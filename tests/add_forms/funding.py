"""The forms of funding."""

from tests.add_forms.form import AddForm

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
