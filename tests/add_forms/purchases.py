"""The forms of purchases."""

from typing import Any

from partners.models import Role
from tests import factories
from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:(line_)?ceiling_change"  # refused: it is the ceiling already
    r"|agreements:authorization_(amend|close|cancel)"  # refused by its state
)


def add_a_manager(world: Any) -> None:
    """Add a second manager of the partner, who may not approve money yet."""
    world.second_manager = factories.seat(Role.MANAGER, world.rows.partner, name="Second Manager").pk


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
}
