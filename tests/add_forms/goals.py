"""The forms of shared goals and their plans."""

from tests.add_forms.form import AddForm
from tests.add_forms.meetings import day

REPEATABLE = (
    r"meetings:goal_(edit|archive|restore|partner_(add|edit|remove)|milestone_(edit|remove|restore)|tie_(add|remove))$"
    r"|meetings:goal_(by_link|link_(opened|withdraw))$"  # the same report twice counts once
    r"|meetings:goal_(health|follow_rule|phase|sponsor|take_on|give_back)$"  # the last one counts
    r"|meetings:plan_(open|close|adopt|resume|proposal_answer)$"  # the second finds it done, or is told so
)
REPORT = {"value": "46", "as_of": "2026-10-31", "story": "The lab opened."}

ADD_FORMS: dict[str, AddForm] = {
    "meetings:goal_add": AddForm(
        ("plan",),
        {
            "name": "A ride to work", "measure": "People with a ride", "indicator": "other", "unit": "people",
            "baseline": "10", "baseline_on": "2026-06-30", "target": "40", "direction": "up", "due_on": "2028-06-30",
            "rhythm": "quarter",
        },
    ),
    "meetings:goal_milestone_add": AddForm(("goal",), {"name": "The lab opens", "due_on": "2027-03-31"}),
    "meetings:goal_report": AddForm(("goal",), REPORT),
    "meetings:goal_report_correct": AddForm(("goal_update",), REPORT),
    "meetings:goal_link_send": AddForm(("goal",), {"people": "speaker@partner.example"}),
    "meetings:goal_link_resend": AddForm(("goal_link",), {}, page=("meetings:goal_detail", "goal")),
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
}  # fmt: skip
