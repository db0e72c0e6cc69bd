"""The forms of partners that pay: add many at once, and edit one."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.funding.payers import FACTS, partners_to_add
from agreements.funding.places import centers_of
from agreements.funding.reading import pools_of
from agreements.models import FundingBudget, NegotiatedShare, Payer
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields


class AddPayersForm(forms.Form):
    """The parties of the agreement that pay."""

    def __init__(self, *args: Any, budget: FundingBudget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnerships"] = forms.ModelMultipleChoiceField(
            partners_to_add(budget),
            label=_("Partners"),
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "Each pays in all comprehensive centers, and in affiliate centers where it has hours in the schedule. "
                "You can change that for each."
            ),
            error_messages={"required": _("Choose at least one partner.")},
        )


class PayerForm(ConflictForm):
    """From when to when a partner pays and in which centers; what was negotiated with a Native American program."""

    def __init__(self, *args: Any, payer: Payer, asks_amounts: bool = False, **kwargs: Any) -> None:
        fields = model_fields(Payer, FACTS)
        fields["centers"] = forms.ModelMultipleChoiceField(
            centers_of(payer.agreement),
            label=_("Takes part in"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("A partner shares the costs of these centers, and those of the whole area."),
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.pools = pools_of(payer.budget) if asks_amounts or self.data.get("is_negotiated") else []
        for pool in self.pools:
            amount: Any = NegotiatedShare._meta.get_field("amount").formfield(
                label=_("%(pool)s, a year") % {"pool": pool}, required=False, show_hidden_initial=True
            )  # fmt: skip
            self.fields[amount_field(pool.pk)] = amount
        self.order_fields(("starts_on", "ends_on", "centers", "is_negotiated", "decision", "decided_on"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)

    @property
    def amounts(self) -> dict[int, Decimal | None]:
        """The negotiated amounts by the id of the pool."""
        return {pool.pk: self.cleaned_data.get(amount_field(pool.pk)) for pool in self.pools}


def amount_field(pool: int) -> str:
    """Return the name of the field of a negotiated amount."""
    return f"amount_{pool}"
