"""Forms of engagement: weights, excuses and corrections."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.engagement.formula import MOST
from onestop.dashboards.models import ActCorrection
from partners.network.acts import act_kinds


class WeightsForm(forms.Form):
    """The weight of each kind of act, and why they change. ``before`` is the version that was read."""

    before = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, weights: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in act_kinds():
            self.fields[f"weight_{kind.code}"] = forms.IntegerField(
                label=str(kind.label),
                help_text=str(kind.help_text),
                min_value=0,
                max_value=MOST,
                initial=weights[kind.code],
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=300, help_text=_("Partners read it beside the weights.")
        )

    def compare_with(self, weights: Mapping[str, int], number: int) -> None:
        """Say beside each weight what somebody else has set since, as version ``number``; the next try replaces it."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["before"] = str(number)  # type: ignore[index]
        for kind in act_kinds():
            name = f"weight_{kind.code}"
            if self.cleaned_data.get(name) != weights[kind.code]:
                self[name].help_text = _("%(help)s Saved now: %(weight)d.") % {
                    "help": kind.help_text, "weight": weights[kind.code],
                }  # fmt: skip

    @property
    def weights(self) -> dict[str, int]:
        """The weights by kind, once the form is valid."""
        return {kind.code: self.cleaned_data[f"weight_{kind.code}"] for kind in act_kinds()}


class ExcuseForm(forms.Form):
    """Why an act is excused."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The partner reads it. Do not name a customer.")
    )


class CorrectionForm(forms.Form):
    """What a partner says is wrong."""

    text = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what is wrong.")},
        help_text=_("For example: “Our alternate came and is not on the roll.” Do not name a customer."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The answer of the staff to a request for a correction."""

    answer = forms.ChoiceField(label=_("Answer"), choices=ActCorrection.Answer.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The partner reads it."))
