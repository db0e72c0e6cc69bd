"""The form of a One-Stop center."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import AccessibilityFeature, Center

CENTER_FACTS = (
    "name", "kind", "street", "city", "state_code", "postal_code", "directions", "hours", "phone",
    "email", "accessibility",
)  # fmt: skip
HELP = {
    "name": _("What people here call it. Example: “Center Street”."),
    "phone": _("Example: (555) 010-0142."),
    "hours": _("Example: “Mon to Fri, 8:00 AM to 5:00 PM; Tue until 7:00 PM”."),
    "directions": _("Bus lines, entrance, parking, and what else people need for their first visit."),
    "state_code": _("Two letters. Example: OH."),
}
KIND_HELP = {
    "comprehensive": _("Provides access to all required programs. Each area has at least one."),
    "affiliate": _("Provides access to one or more programs."),
    "specialized": _("Serves particular people or employers, such as youth, a large layoff or one industry."),
}
PARTS = (
    (_("Center"), ("name", "kind")),
    (_("Address and directions"), ("street", "city", "state_code", "postal_code", "directions")),
    (_("Hours and contact"), ("hours", "phone", "email")),
    (_("Accessibility"), ("accessibility",)),
)


class CenterForm(ConflictForm):
    """The details of a One-Stop center."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            Center,
            [name for name in CENTER_FACTS if name != "accessibility"],
            help_texts=HELP,
            widgets={"kind": forms.RadioSelect},
        )
        explain_choices(fields["kind"], KIND_HELP)
        fields["accessibility"] = choices_field(
            AccessibilityFeature,
            _("Accessibility features"),
            help_text=_("Select only features that work today, not planned ones."),
        )
        in_order = {name: fields[name] for _title, names in PARTS for name in names}
        super().__init__(*args, fields=in_order, **kwargs)

    @property
    def parts(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields in titled groups."""
        return [(title, [self[name] for name in names]) for title, names in PARTS]

    def clean_state_code(self) -> str:
        """Return the state code in capitals."""
        code: str = self.cleaned_data["state_code"].upper()
        if code and (len(code) != 2 or not code.isalpha()):
            raise forms.ValidationError(_("Use the two-letter state code, such as OH."))
        return code


def facts_of(center: Center) -> dict[str, Any]:
    """Return the initial values of a form for a center."""
    return {name: getattr(center, name) for name in CENTER_FACTS}
