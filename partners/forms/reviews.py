"""The form for a review of a One-Stop center."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import CenterReview

LABELS = {"held_on": "Day", "outcome": "Result", "findings": "What was found"}
HELP = {
    "certification": {
        "held_on": "The day on which the board decided.",
        "findings": "Conditions, and what the board has asked for. Everybody in the network sees it.",
    },
    "accessibility": {
        "held_on": "The day on which the building and its services were looked at.",
        "findings": "What works, and what has to be put right by when. Everybody in the network sees it.",
    },
}
OUTCOME_HELP = {
    "certification": {
        "met": "The center is certified; the three years begin anew.",
        "conditions": "It is certified; say below what it has to do.",
        "not_met": "It is not certified; an earlier certificate runs on to its end.",
    },
    "accessibility": {
        "met": "Nothing has to be put right.",
        "conditions": "Something has to be put right; say below what.",
        "not_met": "People with disabilities cannot use the center as others do; say below why.",
    },
}


class ReviewForm(forms.Form):
    """One review: the day, what came out of it, what was found."""

    def __init__(self, *args: Any, kind: CenterReview.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(
            CenterReview,
            ("held_on", "outcome", "findings"),
            labels=LABELS,
            help_texts=HELP[kind],
            widgets={"outcome": forms.RadioSelect},
        )
        self.fields["outcome"].initial = None
        self.fields["outcome"].error_messages["required"] = _("Result is missing. Select what the review found.")
        explain_choices(self.fields["outcome"], OUTCOME_HELP[kind])

    def clean(self) -> dict[str, Any]:
        """Ask for words where something is not as it should be."""
        values = super().clean() or self.cleaned_data
        if values.get("outcome") in ("conditions", "not_met") and not values.get("findings"):
            self.add_error("findings", "Say what was found, so that somebody can put it right.")
        return values
