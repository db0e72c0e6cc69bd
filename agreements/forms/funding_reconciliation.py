"""Forms of disputes, of their decisions, and of closing a period."""

from collections.abc import Collection, Iterable
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
    """What becomes of balances that may be refunded, or of partners that leave; all others follow from the figures."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self, *args: Any, positions: Iterable[Position], leaving: Collection[int] = (), **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.open_ones = [
            each
            for each in positions
            if each.may_be_refunded or (each.left > 0 and each.statement.payer_id in leaving)
        ]  # fmt: skip
        for each in self.open_ones:
            self.fields[_name(each)] = _outcome_field(each, leaves=each.statement.payer_id in leaving)

    @property
    def refunded(self) -> list[int]:
        """The ids of the statements whose balance is refunded."""
        return self._chosen(Outcome.REFUNDED)

    @property
    def paid(self) -> list[int]:
        """The ids of the statements whose balance a partner that leaves pays directly."""
        return self._chosen(Outcome.PAID)

    def _chosen(self, outcome: str) -> list[int]:
        chosen = self.cleaned_data
        return [each.statement.pk for each in self.open_ones if chosen[_name(each)] == outcome]


def _outcome_field(position: Position, *, leaves: bool) -> forms.ChoiceField:
    """Return the choices for a balance; for a partner that leaves, none is chosen in advance."""
    words = {"partner": position.statement.payer, "amount": money(abs(position.left))}
    in_favor = position.left < 0
    label = _("%(partner)s: %(amount)s in its favor") if in_favor else _("%(partner)s: %(amount)s to be paid")
    carry = _("Leave it on record, for a later budget of this partner") if leaves else _("Carry it to the next period")
    settle = (Outcome.REFUNDED, _("Refund it")) if in_favor else (Outcome.PAID, _("The partner pays it directly"))
    return forms.ChoiceField(
        label=label % words,
        choices=[settle, (Outcome.CARRIED, carry)] if leaves else [(Outcome.CARRIED, carry), settle],
        initial=None if leaves else Outcome.CARRIED,
        help_text=_("This partner does not pay next year.") if leaves else "",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of this balance.")},
    )


def _name(position: Position) -> str:
    return f"outcome_{position.statement.pk}"
