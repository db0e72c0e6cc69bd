"""The forms of invoices to partners."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.long_texts import LongTextField


class IssueForm(forms.Form):
    """The due day of invoices; hidden, the billing period and the sum that the person saw."""

    period = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=12)
    expected = forms.DecimalField(widget=forms.HiddenInput, max_digits=14, decimal_places=2)
    due_on = forms.DateField(label=_("To be paid by"), help_text=_("The same day for all partners."))


class VoidForm(forms.Form):
    """Why an invoice is voided."""

    reason = LongTextField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("The partner sees it."),
    )


class PaymentForm(forms.Form):
    """A payment of an invoice."""

    received_on = forms.DateField(label=_("Received"))
    amount = forms.DecimalField(label=_("Amount"), max_digits=14, decimal_places=2)
    text = forms.CharField(
        label=_("Reference"), max_length=300, help_text=_("Such as the number of the check or of the transfer.")
    )
