"""The forms of dashboards."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"dashboards:opportunity_(edit|close|reopen|archive|restore|offer|take)$"  # who was asked or took it, did so once
    r"|dashboards:offer_(decline|give_back|done)$|dashboards:interests_edit$"  # the last answer counts
)
ADD_FORMS: dict[str, AddForm] = {
    "dashboards:opportunity_add": AddForm(
        ("area",), {"kind": "mentor", "title": "Mock interviews", "effort": "Two hours", "places": "4"}
    ),
}
