"""The forms of shared goals and what belongs to them."""

from tests.add_forms.form import AddForm
from tests.add_forms.meetings import day

REPEATABLE = (
    r"meetings:plan_(open|close|adopt|resume)$"  # the second finds it done, or is told so
    r"|meetings:plan_proposal_answer$"
)
ADD_FORMS = {
    "meetings:plan_add": AddForm(("area",), {"name": "Plan 2034", "first_on": day(10), "last_on": day(900)}),
    "meetings:state_plan_add": AddForm(
        ("state",), {"name": "State plan 2034", "first_on": day(10), "last_on": day(900)}, who="state"
    ),
    "meetings:goals_copy": AddForm(("open_plan",), lambda world: {"copied": [world.goal]}),
    "meetings:plan_proposal_add": AddForm(("open_plan",), {"kind": "goal", "text": "A ride to every second shift."}),
    "meetings:consent_give": AddForm(
        ("proposed_goal",), {"answer": "consents", "part": "We open one room.", "measure": "12 children"}, who="manager"
    ),
    "meetings:objection_record": AddForm(
        ("proposed_goal",),
        lambda world: {"partnership": world.rows.partner.pk, "name": "Ann", "reason": "We have no room."},
    ),
    "meetings:strategy_add": AddForm(("goal",), {"name": "One intake form", "status": "not_started"}),
    "meetings:plan_action_add": AddForm(("strategy",), {"text": "Write the form"}),
    "meetings:plan_action_assign": AddForm(
        ("plan_action",),
        lambda world: {"group": world.group, "partnership": world.rows.partner.pk, "due_on": day(20)},
    ),
}
