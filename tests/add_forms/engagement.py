"""The forms of dashboards."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"dashboards:engagement_weights"  # the same weights are refused
    r"|dashboards:(excuse_end|correction_answer)"  # refused by its state
)
ADD_FORMS: dict[str, AddForm] = {
    "dashboards:act_excuse": AddForm(("partner", "act_name"), {"reason": "Flood"}),
    "dashboards:correction_ask": AddForm(("partner", "act_name"), {"text": "We sent them in time."}, who="manager"),
}
