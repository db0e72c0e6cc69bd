"""The forms of a budget: begin it, and edit its settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.funding.budgets import FACTS
from agreements.models import FundingBudget
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields


class BudgetForm(ConflictForm):
    """How often a budget is reconciled and invoiced, who leads the talks, and the days of statements."""

    def __init__(self, *args: Any, is_adopted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(FundingBudget, FACTS), **kwargs)
        if is_adopted:
            del self.fields["frequency"]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


class _BudgetField(forms.ModelChoiceField):
    """A budget by its agreement and its year."""

    def label_from_instance(self, budget: Any) -> str:
        return f"{budget.agreement.number}: {budget}"


class BeginBudgetForm(BudgetForm):
    """The first day of the program year, an earlier budget to copy, and the settings."""

    def __init__(self, *args: Any, earlier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(FundingBudget, ("first_on",))
        self.fields["copy"] = _BudgetField(
            earlier,
            label=_("Copy from"),
            required=False,
            empty_label=_("Nothing, begin empty"),
            help_text=_(
                "Copies pools, bases, partners and counts. Increases a year move on; costs that came once or ended "
                "are left out."
            ),
        )
        self.order_fields(("first_on", "copy", *FACTS))
