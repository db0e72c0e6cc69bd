"""The form to snooze a notification until a day."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.presentation import shortday

A_YEAR = timedelta(days=365)


class PutOffForm(forms.Form):
    """The day on which a notification becomes unread again."""

    until = forms.DateField(label=gettext_lazy("Snooze until"), widget=forms.DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today + timedelta(days=1), today + A_YEAR
        self.fields["until"].widget.attrs |= {"min": self.first.isoformat(), "max": self.last.isoformat()}

    def clean_until(self) -> date:
        """Return the day, which must be within the next year."""
        until: date = self.cleaned_data["until"]
        if not self.first <= until <= self.last:
            text = _("Choose a day from %(first)s to %(last)s.")
            raise forms.ValidationError(text % {"first": shortday(self.first), "last": shortday(self.last)})
        return until
