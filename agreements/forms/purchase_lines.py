"""Forms of the service lines of a purchase: a line, its milestones, and a rate."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import MilestoneStep, Rate, ServiceLine
from agreements.purchasing.lines import FACTS, HUNDRED, MOST_STEPS
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import ask_only_if

FEWEST_ROWS, SPARE_ROWS = 4, 2
OF_A_STEP = ("name", "percent")


class ServiceLineForm(ConflictForm):
    """A service: code, name, unit and ceiling; when it is added, also its first rate."""

    def __init__(self, *args: Any, adds: bool = False, keeps_ceiling: bool = False, **kwargs: Any) -> None:
        names = [name for name in FACTS if not keeps_ceiling or name != "ceiling"]
        super().__init__(*args, fields=model_fields(ServiceLine, names), **kwargs)
        self.fields["code"].error_messages["required"] = _("Enter the code.")
        self.fields["name"].error_messages["required"] = _("Enter the service.")
        self.fields["unit"].error_messages["required"] = _("Choose how it is paid.")
        if "ceiling" in self.fields:
            self.fields["ceiling"].help_text = _("Leave blank if only the agreement has a ceiling.")
        if adds:
            rate = model_fields(Rate, ("amount",))["amount"]
            rate.required, rate.show_hidden_initial = False, True
            rate.help_text = _("From the first day of the agreement. You can add it later.")
            self.fields["rate"] = rate
            ask_only_if(self, {"rate": "unit " + " ".join(unit for unit in ServiceLine.Unit.values if unit != "plan")})
            self.order_fields(("code", "name", "unit", "rate", "ceiling", "note"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the line, without its rate."""
        return self.only(FACTS)


class MilestonePlanForm(ConflictForm):
    """The milestones of a plan in rows of a name and a percent, which sum to 100. Empty rows are ignored."""

    def __init__(self, *args: Any, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = [number for number in range(1, MOST_STEPS + 1) if f"name_{number}" in self.data]
        self.rows = max(sent, default=0) if self.is_bound else min(MOST_STEPS, max(FEWEST_ROWS, rows + SPARE_ROWS))
        for number in range(1, self.rows + 1):
            for name, field in model_fields(MilestoneStep, OF_A_STEP).items():
                field.required, field.show_hidden_initial = False, True
                self.fields[f"{name}_{number}"] = field

    @property
    def pairs(self) -> Iterable[tuple[int, BoundField, BoundField]]:
        """Return the number of each row, with its two fields."""
        return [(number, self[f"name_{number}"], self[f"percent_{number}"]) for number in range(1, self.rows + 1)]

    @property
    def steps(self) -> list[tuple[str, Decimal]]:
        """The milestones as they were entered, without empty rows."""
        rows = [
            (self.cleaned_data.get(f"name_{number}", ""), self.cleaned_data.get(f"percent_{number}"))
            for number in range(1, self.rows + 1)
        ]
        return [(name, percent or Decimal(0)) for name, percent in rows if name or percent]

    def clean(self) -> dict[str, Any]:
        """Demand both values of a row that has one, and 100 percent in all."""
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        for number in range(1, self.rows + 1):
            name, percent = values.get(f"name_{number}"), values.get(f"percent_{number}")
            if name and percent is None:
                self.add_error(f"percent_{number}", gettext("Enter the percent of this milestone."))
            if percent is not None and not name:
                self.add_error(f"name_{number}", gettext("Enter the name of this milestone."))
        total = sum((percent for _name, percent in self.steps), Decimal(0))
        if not self.errors and total != HUNDRED:
            words = gettext("The percents sum to %(total)s. They must sum to 100.")
            raise forms.ValidationError(words % {"total": f"{total.normalize():f}"})
        return values


def facts_of_steps(steps: Iterable[MilestoneStep]) -> Mapping[str, Any]:
    """Return the initial values of the form of milestones."""
    return {f"{name}_{number}": getattr(step, name) for number, step in enumerate(steps, start=1) for name in OF_A_STEP}


class RateForm(forms.Form):
    """A new rate of a service: from which day on, how much, and what decided it."""

    def __init__(self, *args: Any, needs_authority: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Rate, ("effective_on", "amount", "authority"))
        self.fields["effective_on"].error_messages["required"] = _("Enter the first day of the rate.")
        self.fields["amount"].error_messages["required"] = _("Enter the rate.")
        self.fields["authority"].required = needs_authority
        self.fields["authority"].error_messages["required"] = _("Enter the rate letter or amendment.")
