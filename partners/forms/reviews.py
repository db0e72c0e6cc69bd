"""The form of a review of a One-Stop center."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.model_fields import model_fields
from onestop.editing.rich_texts import RichTextField
from onestop.ui.form_fields import explain_choices
from partners.models import CenterReview

HELP = {
    "certification": {
        "held_on": _("The date of the board's decision."),
        "findings": _("Conditions, and what the board requires. Everyone in the network sees them."),
    },
    "accessibility": {
        "held_on": _("The date on which the building and its services were reviewed."),
        "findings": _("What works, and what must be corrected by when. Everyone in the network sees them."),
    },
}
OUTCOME_HELP = {
    "certification": {
        "met": _("The center is certified for three years from this date."),
        "conditions": _("The center is certified. Enter the conditions below."),
        "not_met": _("The center is not certified. An earlier certification is valid until it expires."),
    },
    "accessibility": {
        "met": _("Nothing needs to be corrected."),
        "conditions": _("Something needs to be corrected. Describe it below."),
        "not_met": _("People with disabilities cannot use the center as others do. Explain why below."),
    },
}


class ReviewForm(forms.Form):
    """One review: its date, result and findings."""

    def __init__(self, *args: Any, kind: CenterReview.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(
            CenterReview,
            ("held_on", "outcome", "findings"),
            help_texts=HELP[kind],
            widgets={"outcome": forms.RadioSelect},
            field_classes={"findings": RichTextField},
        )
        self.fields["outcome"].initial = None
        self.fields["outcome"].error_messages["required"] = _("Result is missing. Select what the review found.")
        explain_choices(self.fields["outcome"], OUTCOME_HELP[kind])

    def clean(self) -> dict[str, Any]:
        """Require findings unless all criteria are met."""
        values = super().clean() or self.cleaned_data
        if values.get("outcome") in ("conditions", "not_met") and not values.get("findings"):
            self.add_error("findings", _("Describe the findings, so that they can be corrected."))
        return values
