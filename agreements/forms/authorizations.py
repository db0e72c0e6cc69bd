"""Forms of authorizations: issue, amend, close or cancel, reissue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Authorization, AuthorizationChange, ServiceLine
from agreements.purchasing.authorizations import AMENDED, FACTS
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields

PERIOD = ("number", "first_on", "last_on", "issued_on", "note")
REQUIRED = {
    "number": _("Enter the number."),
    "reference": _("Enter the reference."),
    "first_on": _("Enter the first day."),
    "last_on": _("Enter the last day."),
    "issued_on": _("Enter the day on which it is issued."),
    "reason": _("Enter the reason."),
}
NO_CUSTOMER = _("Without anything that tells who the customer is.")


class AuthorizationForm(forms.Form):
    """A new authorization: the service, an anonymous reference, how much, and when."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = agreement.service_lines.current().order_by("position", "pk")
        self.fields["line"] = LineField(
            lines, label=_("Service"), empty_label=_("Choose a service"),
            error_messages={"required": _("Choose the service.")},
        )  # fmt: skip
        self.fields |= model_fields(Authorization, FACTS)
        self.fields["amount"].required = False
        self.fields["units"].help_text = _("Hours, sessions, days or months. Leave blank for a milestone plan.")
        self.fields["amount"].help_text = _(
            "Leave blank to use the units at the highest rate of the period. "
            "For a milestone plan, enter the negotiated total."
        )
        self.fields["note"].help_text = NO_CUSTOMER
        _demand(self)
        self.order_fields(("line", *FACTS))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts, without the service."""
        return {name: self.cleaned_data[name] for name in FACTS}


class LineField(forms.ModelChoiceField):
    """A service line by its code, name and unit."""

    def label_from_instance(self, line: Any) -> str:
        """Return "S1 Job coaching (Hour)"."""
        return f"{line} ({line.get_unit_display()})" if isinstance(line, ServiceLine) else str(line)


class AmendmentForm(ConflictForm):
    """Other units, another amount or another last day of an authorization, and why."""

    def __init__(self, *args: Any, authorization: Authorization, **kwargs: Any) -> None:
        names = [name for name in AMENDED if name != "units" or authorization.units is not None]
        super().__init__(*args, fields=model_fields(Authorization, names), **kwargs)
        if "units" in self.fields:
            self.fields["units"].required = True
            self.fields["amount"].required = False
            self.fields["amount"].help_text = _("Leave blank to use the units at the highest rate of the period.")
        self.fields["reason"] = model_fields(AuthorizationChange, ("reason",))["reason"]
        self.fields["reason"].help_text = NO_CUSTOMER
        self.fields["reason"].show_hidden_initial = True
        _demand(self)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts, without the reason."""
        return self.only(AMENDED)


class ClosingForm(forms.Form):
    """The last day of an authorization that is closed, and why."""

    on = forms.DateField(label=_("Closed on"), error_messages={"required": _("Enter the day.")})
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Enter the reason.")},
        help_text=_("Such as: Hired, no more coaching needed. Without anything that tells who the customer is."),
    )  # fmt: skip


class CancelForm(forms.Form):
    """Why an authorization is canceled."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Enter the reason.")}, help_text=NO_CUSTOMER
    )


class ReopeningForm(CancelForm):
    """Why a closed authorization is reopened."""


class ReissueForm(forms.Form):
    """What is left of an authorization, issued anew: its number and days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Authorization, PERIOD)
        self.fields["note"].help_text = NO_CUSTOMER
        _demand(self)


def _demand(form: forms.Form) -> None:
    for name, words in REQUIRED.items():
        if name in form.fields:
            form.fields[name].error_messages["required"] = words
