"""The form in which a person puts a notice off until a day."""

from datetime import date, timedelta
from typing import Any

from django import forms

from onestop.ui.presentation import shortday

A_YEAR = timedelta(days=365)


class PutOffForm(forms.Form):
    """The day on whose morning a notice is to be unread again."""

    until = forms.DateField(label="Until this day", widget=forms.DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today + timedelta(days=1), today + A_YEAR
        self.fields["until"].widget.attrs |= {"min": self.first.isoformat(), "max": self.last.isoformat()}

    def clean_until(self) -> date:
        """Return the day, which must lie within the coming year."""
        until: date = self.cleaned_data["until"]
        if not self.first <= until <= self.last:
            raise forms.ValidationError(f"Choose a day from {shortday(self.first)} to {shortday(self.last)}.")
        return until
