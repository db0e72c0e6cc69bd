"""Forms of disputes, of their decisions, and of closing a period."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from agreements.funding.statements import Outcome, Position
from agreements.models import StatementDispute
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from onestop.ui.presentation import money

Decision = StatementDispute.Decision


class DisputeForm(forms.Form):
    """What is disputed and why, with a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(StatementDispute, ("text",))
        self.fields["text"].help_text = _(
            "Name the figure and what it should be: a cost, a count, a payment. No personal data of customers."
        )
        self.fields["file"] = StoredFileField("agreements.dispute", required=False, label=_("Evidence"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in ("text", "file") if name in self.cleaned_data}


class DecisionForm(forms.Form):
    """Whether a dispute is upheld, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"] = forms.ChoiceField(
            label=_("Decision"),
            widget=forms.RadioSelect,
            choices=[
                (Decision.UPHELD, _("The partner is right: correct the figures, then send a revised statement")),
                (Decision.DECLINED, _("The statement stays as it is")),
            ],
            error_messages={"required": _("Choose a decision.")},
        )
        self.fields |= model_fields(StatementDispute, ("answer",))
        self.fields["answer"].required = True
        self.fields["answer"].help_text = _("It is sent to the partner.")


class ClosingForm(forms.Form):
    """What becomes of balances in favor of partners that may be refunded; all others follow from the figures."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, positions: Iterable[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refundable = [each for each in positions if each.may_be_refunded]
        for each in self.refundable:
            words = {"partner": each.statement.payer, "amount": money(-each.left)}
            self.fields[_name(each)] = forms.ChoiceField(
                label=_("%(partner)s: %(amount)s in its favor") % words,
                choices=[
                    (Outcome.CARRIED, _("Carry it to the next period")),
                    (Outcome.REFUNDED, _("Refund it")),
                ],
                initial=Outcome.CARRIED,
                widget=forms.RadioSelect,
            )

    @property
    def refunded(self) -> list[int]:
        """The ids of the statements whose balance is refunded."""
        chosen = self.cleaned_data
        return [each.statement.pk for each in self.refundable if chosen[_name(each)] == Outcome.REFUNDED]


def _name(position: Position) -> str:
    return f"outcome_{position.statement.pk}"
