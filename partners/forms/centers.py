"""The form for a One-Stop center."""

from typing import Any

from django import forms

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import AccessibilityFeature, Center

CENTER_FACTS = (
    "name", "kind", "street", "city", "state_code", "postal_code", "directions", "hours", "phone",
    "email", "accessibility",
)  # fmt: skip
LABELS = {"kind": "Kind of center", "hours": "Opening hours"}
HELP = {
    "name": "As people here say it, such as “Center Street”.",
    "phone": "Such as (555) 010-0142.",
    "hours": "Such as “Mon to Fri, 8:00 AM to 5:00 PM; Tue until 7:00 PM”.",
    "directions": "Bus lines, which door, where to park: whatever somebody needs who comes for the first time.",
    "state_code": "Two letters, such as OH.",
}
KIND_HELP = {
    "comprehensive": "People get to all required programs here; each area has at least one.",
    "affiliate": "People get to one or more programs here.",
    "specialized": "For particular people or employers: youth, a large layoff, one industry.",
}
PARTS = (
    ("The center", ("name", "kind")),
    ("Where it is", ("street", "city", "state_code", "postal_code", "directions")),
    ("When it is open, and whom to call", ("hours", "phone", "email")),
    ("Accessibility", ("accessibility",)),
)


class CenterForm(ConflictForm):
    """What is known of a One-Stop center."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            Center,
            [name for name in CENTER_FACTS if name != "accessibility"],
            labels=LABELS,
            help_texts=HELP,
            widgets={"kind": forms.RadioSelect},
        )
        explain_choices(fields["kind"], KIND_HELP)
        fields["accessibility"] = choices_field(
            AccessibilityFeature,
            "What the building offers",
            help_text="Tick what works today, not what is planned.",
        )
        in_order = {name: fields[name] for _, names in PARTS for name in names}
        super().__init__(*args, fields=in_order, **kwargs)

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their names."""
        return [(title, [self[name] for name in names]) for title, names in PARTS]

    def clean_state_code(self) -> str:
        """Return the state in capitals, as the Postal Service writes it."""
        code: str = self.cleaned_data["state_code"].upper()
        if code and (len(code) != 2 or not code.isalpha()):
            raise forms.ValidationError("Use the two letters of the Postal Service, such as OH.")
        return code


def facts_of(center: Center) -> dict[str, Any]:
    """Return what a form for a center shows at first."""
    return {name: getattr(center, name) for name in CENTER_FACTS}
