"""Forms of how a file is read: its sheet and header, and rows that were left out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ops.request_numbers import whole_number
from partners.importing.odd_rows import Reason
from partners.models import ImportRun


class HeaderForm(forms.Form):
    """The sheet, and the first row of the header."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    row = forms.ChoiceField(label=_("Header row"), required=False)
    has_two_rows = forms.BooleanField(
        label=_("The titles continue in the next row"),
        required=False,
        help_text=_("“Contact” above “Phone” is read as “Contact: Phone”."),
    )

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        """Offer the sheets of the file and the first rows of the chosen one."""
        self.rows: list[tuple[int, list[str]]] = [(number, cells) for number, cells in run.layout.get("preview", [])]
        self.chosen: list[int] = run.layout.get("header", [])
        super().__init__(
            data,
            initial={
                "sheet": run.layout.get("sheet", ""),
                "row": str(self.chosen[0]) if self.chosen else "",
                "has_two_rows": len(self.chosen) == 2,
            },
        )
        self.sheets: list[str] = run.layout.get("sheets", [])
        self["sheet"].field.choices = [(title, title) for title in self.sheets]  # type: ignore[attr-defined]
        self["row"].field.choices = [(str(number), str(number)) for number, _cells in self.rows]  # type: ignore[attr-defined]

    @property
    def width(self) -> int:
        """The most columns that a row shows."""
        return max((len(cells) for _number, cells in self.rows), default=0)

    def clean(self) -> dict[str, Any]:
        """Ask for a row, unless another sheet is chosen."""
        values = super().clean() or self.cleaned_data
        if not self.is_other_sheet and not values.get("row") and "row" not in self.errors:
            self.add_error("row", ValidationError(gettext("Choose the row that holds the titles of the columns.")))
        if values.get("has_two_rows") and values.get("row") and not self._next(int(values["row"])):
            self.add_error("row", ValidationError(gettext("There is no row below this one.")))
        return values

    @property
    def is_other_sheet(self) -> bool:
        """Whether another sheet is chosen than the one whose rows are shown."""
        return bool(self.cleaned_data.get("sheet")) and self.cleaned_data["sheet"] != self.initial["sheet"]

    @property
    def title(self) -> str:
        """The chosen sheet."""
        return self.cleaned_data.get("sheet") or self.initial["sheet"]

    @property
    def header(self) -> Sequence[int]:
        """The numbers of the rows of the header; none if another sheet is chosen, whose header is guessed."""
        if self.is_other_sheet:
            return ()
        first = int(self.cleaned_data["row"])
        return (first, self._next(first)) if self.cleaned_data["has_two_rows"] else (first,)

    def _next(self, row: int) -> int:
        return next((number for number, _cells in self.rows if number > row), 0)


class LeftOutForm(forms.Form):
    """Which rows are imported all the same although they look like none of the data."""

    reasons = forms.MultipleChoiceField(
        label=_("Import all the same"), choices=Reason.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, run: ImportRun, data: QueryDict) -> None:
        """Start with what was chosen before."""
        self.run, self.sent = run, data
        super().__init__(data, initial={"reasons": run.layout.get("keep_reasons", [])})

    @property
    def kept_rows(self) -> set[int]:
        """The numbers of rows that are chosen: those of the page, and those of other pages as before."""
        chosen, shown = (
            {number for text in self.sent.getlist(name) if (number := whole_number(text)) is not None}
            for name in ("rows", "shown")
        )
        there = set(self.run.rows.filter(line__in=chosen, line__gt=0).values_list("line", flat=True))
        return (set(self.run.layout.get("keep_rows", [])) - shown) | there
