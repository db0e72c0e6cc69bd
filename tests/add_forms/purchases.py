"""The forms of purchases."""

from tests.add_forms.form import AddForm

REPEATABLE = r"agreements:(invoice_(submit|approve|pay|delete|reject)|invoices_pay|delivery_withdraw)"
DAY = "2026-10-07"
ADD_FORMS: dict[str, AddForm] = {
    "agreements:delivery_add": AddForm(("authorization",), {"month": "2026-10", "units_2026_10_07": "2"}),
    "agreements:step_reach": AddForm(
        ("plan_authorization",), lambda w: {"step": w.milestone_step, "on": DAY}, who="manager"
    ),
    "agreements:delivery_correct": AddForm(("charged_delivery",), {"units": "1", "note": "Only one hour"}),
    "agreements:report_send": AddForm(("due_report",), {"text": "Four sessions."}, who="manager"),
    "agreements:report_accept": AddForm(("sent_report",), {"answer": ""}),
    "agreements:report_return": AddForm(("sent_report",), {"answer": "The second week is missing."}),
    "agreements:report_excuse": AddForm(("due_report",), {"answer": "The customer moved away."}),
    "agreements:invoice_add": AddForm(("sold",), {"kind": "invoice", "number": "INV-99"}),
    "agreements:ceiling_exception_add": AddForm(
        ("bought",),
        lambda w: {"of": f"authorization-{w.bought_authorization}", "amount": "50", "reason": "Two more hours."},
        who="manager",
    ),
}
