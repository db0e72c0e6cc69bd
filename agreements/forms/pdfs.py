"""The form of the report of an impasse."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from onestop.editing.long_texts import LongTextField


class About(models.TextChoices):
    """What the parties could not agree on."""

    MOU = "mou", _("The MOU or a part of it")
    COSTS = "costs", _("Infrastructure costs: the State's funding mechanism may follow (20 CFR 678.725)")


class ImpasseForm(forms.Form):
    """With whom there is no agreement, about what, and what the board asks for."""

    about = forms.ChoiceField(
        label=_("What the parties could not agree on"),
        choices=About.choices,
        widget=forms.RadioSelect,
        initial=About.MOU,
        error_messages={"required": _("Choose what the parties could not agree on.")},
    )
    issues = LongTextField(
        label=_("Issues that remain"),
        max_length=4000,
        help_text=_("What each side proposed, and why it was not accepted."),
        error_messages={"required": _("Enter the issues that remain.")},
    )
    request = LongTextField(label=_("What the board asks for"), max_length=2000, required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = agreement.parties.current().in_order().select_related("partnership__organization")
        self.fields["parties"] = forms.ModelMultipleChoiceField(
            rows,
            label=_("Parties that have not agreed"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one party.")},
        )
        self.order_fields(("parties", "about", "issues", "request"))
