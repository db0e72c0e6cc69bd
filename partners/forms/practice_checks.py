"""Forms of quality checks: record one, and plan the next one."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.model_fields import model_fields, typed_within_limits
from onestop.editing.personal_data import find_personal_data
from partners.models import AdoptionCheck
from partners.practices import checks

PUT_OFF = timedelta(days=14)
LABELS = {
    "result": _("Is it done?"),
    "helps": _("Does it help?"),
    "observed": _("What was observed"),
    "checked_on": _("Checked on"),
    "checked_name": _("Who looked"),
}
HELP = {
    "observed": _("What you saw or heard, and what changed since. Do not include personal data of customers."),
    "checked_name": _("The person who looked whether it is done."),
}


class CheckForm(forms.Form):
    """A quality check, and the day of the next one."""

    known = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(
            AdoptionCheck,
            checks.FACTS,
            labels=LABELS,
            help_texts=HELP,
            widgets={"result": forms.RadioSelect, "helps": forms.RadioSelect},
        )
        for name in ("result", "helps"):
            field: Any = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]
            field.error_messages["required"] = _("Choose an answer.")
        self.fields["next_on"] = forms.DateField(
            label=_("Check again on"),
            required=False,
            help_text=_("Leave it blank if no further check is needed."),
        )
        found = find_personal_data(typed_within_limits(self, ["observed"])) if self.is_bound else []
        if found:
            self.fields["fine"] = forms.BooleanField(
                label=_("None of this identifies a customer"),
                help_text=". ".join(str(finding) for finding in found) + ".",
                error_messages={
                    "required": _("Remove these words from the text, or select this box to confirm that they are fine.")
                },
            )

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the check."""
        return {name: self.cleaned_data[name] for name in checks.FACTS}


class PlanForm(forms.Form):
    """The day of the next quality check; the first one is not left out."""

    on = forms.DateField(label=_("Check on"))

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["on"]
        field.required = is_first
        field.help_text = (
            _("Each adopted practice is checked at least once.")
            if is_first
            else _("Leave it blank if no further check is needed.")
        )


def soon_again(today: date) -> date:
    """Return the day suggested for the next check: in about half a year, never on a weekend."""
    return _on_a_weekday(today + checks.AGAIN)


def soon(today: date) -> date:
    """Return the day suggested for a check that is put off: in two weeks, never on a weekend."""
    return _on_a_weekday(today + PUT_OFF)


def _on_a_weekday(on: date) -> date:
    return on + timedelta(days=7 - on.weekday()) if on.weekday() >= 5 else on
