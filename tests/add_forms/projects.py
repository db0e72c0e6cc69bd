"""The forms of projects."""

from tests.add_forms.form import AddForm

# A second count of a day corrects the first.
REPEATABLE = r"meetings:project_(edit|archive|restore|\w+_edit|\w+_remove|\w+_restore|count_record)$"

ADD_FORMS: dict[str, AddForm] = {
    "meetings:project_add": AddForm(
        ("area",),
        lambda world: {
            "name": "Welding on wheels", "framework": "hosted", "lead": world.partner, "first_on": "2026-07-01",
            "status": "running",
        },
    ),
    "meetings:project_partner_add": AddForm(
        ("project",), lambda world: {"partnership": world.partner, "commitment": "colocated"}
    ),
    "meetings:project_outcome_add": AddForm(("project",), {"name": "Credentials earned", "target": "20"}),
}  # fmt: skip
