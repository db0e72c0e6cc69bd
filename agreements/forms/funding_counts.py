"""The forms of counts: many at once, and requests for them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.funding.counts import Cell, field_of
from agreements.models import BaseCount, CountRequest, FundingPeriod, Payer
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField

MOST_FIELDS = 100  # counts on one page


class CountsForm(ConflictForm):
    """Counts by base or by partner, the day on which they were counted, and evidence for them."""

    def __init__(self, *args: Any, cells: Sequence[tuple[Cell, str]], is_required: bool = False, **kwargs: Any) -> None:
        self.cells = [cell for cell, _label in cells]
        fields: dict[str, Any] = {}
        for cell, label in cells:
            field = BaseCount._meta.get_field("value").formfield(label=label, required=is_required)
            fields[field_of(cell)] = field
        fields |= model_fields(BaseCount, ("counted_on", "note"))
        fields["file"] = StoredFileField("agreements.counts", required=False, label=_("Evidence"))
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def values(self) -> dict[Cell, Decimal | None]:
        """The counts of all fields."""
        return {cell: self.cleaned_data.get(field_of(cell)) for cell in self.cells}

    @property
    def changed(self) -> dict[Cell, Decimal | None]:
        """The counts that the person changed."""
        changed = set(self.changed_data)
        return {cell: value for cell, value in self.values.items() if field_of(cell) in changed}

    @property
    def seen(self) -> dict[Cell, Decimal | None]:
        """The counts that the form showed when it was opened, for those that the person changed."""
        found: dict[Cell, Decimal | None] = {}
        for cell in self.changed:
            bound = self[field_of(cell)]
            try:
                found[cell] = bound.field.to_python(self.data.get(bound.html_initial_name, ""))
            except forms.ValidationError:
                found[cell] = None
        return found

    @property
    def evidence(self) -> dict[str, Any]:
        """The day, the file and the note."""
        return self.only(("counted_on", "file", "note"))


class CountRequestForm(forms.Form):
    """Whom to ask for counts of which period, by when."""

    def __init__(self, *args: Any, payers: Sequence[Payer], periods: Sequence[FundingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._payers = {str(payer.pk): payer for payer in payers}
        self._periods = {str(period.number): period for period in periods}
        self.fields["period"] = forms.ChoiceField(
            label=_("Counts that hold from"), choices=[(number, str(each)) for number, each in self._periods.items()]
        )
        self.fields["payers"] = forms.MultipleChoiceField(
            label=_("Partners"),
            choices=[(pk, str(payer)) for pk, payer in self._payers.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one partner.")},
        )
        self.fields |= model_fields(CountRequest, ("due_on", "message"))
        self.fields["message"].widget = forms.Textarea(attrs={"rows": 3})

    @property
    def period(self) -> FundingPeriod:
        """The chosen period."""
        return self._periods[self.cleaned_data["period"]]

    @property
    def payers(self) -> list[Payer]:
        """The chosen payers."""
        return [self._payers[pk] for pk in self.cleaned_data["payers"]]


def values_for(cells: Mapping[Cell, Decimal], wanted: Sequence[tuple[Cell, str]]) -> dict[str, Decimal]:
    """Return the initial values of a form from the counts in force."""
    return {field_of(cell): cells[cell] for cell, _label in wanted if cell in cells}
