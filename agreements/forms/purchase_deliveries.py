"""Forms of deliveries: units of the days of a month, a milestone, a correction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import MilestoneStep, ServiceDelivery
from agreements.purchasing.deliveries import MOST_UNITS, Entry, in_units
from onestop.ui.presentation import day as day_in_words
from onestop.ui.presentation import money

NOTE: dict[str, Any] = {
    "label": gettext_lazy("Note"),
    "required": False,
    "max_length": 300,
    "help_text": gettext_lazy("Such as the place. No names of customers."),
}


def _units(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        max_digits=6, decimal_places=2, min_value=Decimal("0.01"), max_value=MOST_UNITS, **options
    )


class DaysForm(forms.Form):
    """The units of each day of a month, and one note for all of them. Blank days are left out."""

    def __init__(self, *args: Any, days: Iterable[date], known: Mapping[date, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = {f"units_{each:%Y_%m_%d}": each for each in days}
        for name, each in self.days.items():
            help_text = _("%(units)s recorded") % {"units": in_units(known[each])} if each in known else ""
            self.fields[name] = _units(label=day_in_words(each, "plain"), required=False, help_text=help_text)
        self.fields["note"] = forms.CharField(**NOTE)

    @property
    def entries(self) -> list[Entry]:
        """The days for which units were entered."""
        given, note = self.cleaned_data, self.cleaned_data["note"]
        return [Entry(each, given[name], note, name) for name, each in self.days.items() if given.get(name)]

    @property
    def of_days(self) -> list[forms.BoundField]:
        """The fields of the days."""
        return [self[name] for name in self.days]


class StepForm(forms.Form):
    """Which milestone was reached, and when."""

    step = forms.ModelChoiceField(MilestoneStep.objects.none(), label=gettext_lazy("Milestone"), empty_label=None)
    on = forms.DateField(
        label=gettext_lazy("Day on which it was reached"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(**NOTE)

    def __init__(self, *args: Any, left: Sequence[tuple[MilestoneStep, Decimal]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["step"]
        field.queryset = MilestoneStep.objects.filter(pk__in=[step.pk for step, _amount in left]).order_by("position")
        words = {step.pk: _("%(step)s: %(amount)s") % {"step": step, "amount": money(amount)} for step, amount in left}
        field.label_from_instance = lambda step: words[step.pk]


class CorrectionForm(forms.Form):
    """How many units are taken back, and why."""

    units = _units(label=gettext_lazy("Units to take back"))
    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("It is shown on the credit note.")
    )

    def __init__(self, *args: Any, delivery: ServiceDelivery, **kwargs: Any) -> None:
        kwargs["initial"] = {"units": delivery.units}
        super().__init__(*args, **kwargs)
