"""The forms of shared values, needs and raised issues."""

from tests.add_forms.form import AddForm

REPEATABLE = r"meetings:values_(draft|discard|adopt|affirm)$"  # one draft; once adopted or affirmed, it is

ADD_FORMS: dict[str, AddForm] = {
    "meetings:need_add": AddForm(("area",), {"name": "Interpreters", "kind": "barrier"}),
    "meetings:need_met_add": AddForm(
        ("need",), {"extent": "full", "source": "Donations", "note": "Two evenings."}, who="manager"
    ),
    "meetings:need_recommend": AddForm(
        ("need",), lambda world: {"strategy": world.strategy, "text": "Ask the school for a room."}
    ),
    "meetings:raised_add": AddForm(("area",), {"title": "Two systems", "text": "Staff type everything twice."}),
    "meetings:raised_send": AddForm(("unsent_issue",), {"text": "With two examples."}),
    "meetings:raised_note": AddForm(("raised_issue",), {"text": "We asked again."}),
    "meetings:raised_pass_on": AddForm(("raised_issue",), {"text": "Sent to the region."}, who="state"),
    "meetings:raised_answer": AddForm(("raised_issue",), {"text": "One form is enough from July."}, who="state"),
    "meetings:raised_close": AddForm(("raised_issue",), {"text": "Solved."}),
    "meetings:raised_reopen": AddForm(("closed_issue",), {"text": "It happens again."}),
}
