"""The forms of shared goals."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"meetings:goal_(edit|archive|restore|partner_(add|edit|remove)|milestone_(edit|remove|restore)|tie_(add|remove))$"
    r"|meetings:goal_(by_link|link_opened)$"  # the same report twice counts once
    r"|meetings:goal_(health|follow_rule|phase|sponsor|take_on|give_back)$"  # the last one counts
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
}  # fmt: skip
