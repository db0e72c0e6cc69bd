"""The forms of purchases."""

from typing import Any

from partners.models import Role
from tests import factories
from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:(line_)?ceiling_change"  # refused: it is the ceiling already
    r"|agreements:authorization_(amend|close|reopen|cancel)"  # refused by its state
    r"|agreements:(invoice_(submit|take_back|approve|pay|delete|reject)|invoices_pay|delivery_withdraw)"
)


def add_a_manager(world: Any) -> None:
    """Add a second manager of the partner, who may not approve money yet."""
    world.second_manager = factories.seat(Role.MANAGER, world.rows.partner, name="Second Manager").pk


DAY = "2026-10-07"
DAYS = {"first_on": "2026-12-01", "last_on": "2027-06-30", "issued_on": "2026-11-02"}
ADD_FORMS: dict[str, AddForm] = {
    "agreements:money_approver_add": AddForm(
        ("area",), lambda w: {"place": f"partner-{w.partner}", "user": w.second_manager}, prepare=add_a_manager
    ),
    "agreements:service_line_add": AddForm(
        ("sold",), {"code": "JC-2", "name": "Job coaching", "unit": "hour", "rate": "52.50"}
    ),
    "agreements:rate_add": AddForm(("service_line",), {"effective_on": "2027-04-01", "amount": "55.00"}),
    "agreements:report_duty_add": AddForm(("sold",), {"name": "Placement report", "when": "after_start", "days": "30"}),
    "agreements:authorization_add": AddForm(
        ("sold",),
        lambda w: {"line": w.service_line, "number": "A-99", "reference": "K-2041", "units": "12", **DAYS},
    ),
    "agreements:authorization_reissue": AddForm(("closed_authorization",), {"number": "A-98", **DAYS}),
    "agreements:delivery_add": AddForm(("authorization",), {"month": "2026-10", "units_2026_10_07": "2"}),
    "agreements:step_reach": AddForm(
        ("plan_authorization",), lambda w: {"step": w.milestone_step, "on": DAY}, who="manager"
    ),
    "agreements:delivery_correct": AddForm(("charged_delivery",), {"units": "1", "note": "Only one hour"}),
    "agreements:report_send": AddForm(("due_report",), {"text": "Four sessions."}, who="manager"),
    "agreements:report_accept": AddForm(("sent_report",), {"answer": ""}),
    "agreements:report_return": AddForm(("sent_report",), {"answer": "The second week is missing."}),
    "agreements:report_excuse": AddForm(("due_report",), {"answer": "The customer moved away."}),
    "agreements:invoice_pdf": AddForm(
        ("approved_invoice",), {}, page=("agreements:invoice_detail", "approved_invoice")
    ),
    "agreements:invoice_add": AddForm(("sold",), {"kind": "invoice", "number": "INV-99"}),
    "agreements:ceiling_exception_add": AddForm(
        ("bought",),
        lambda w: {"of": f"authorization-{w.bought_authorization}", "amount": "50", "reason": "Two more hours."},
        who="manager",
    ),
}
