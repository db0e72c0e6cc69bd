"""Forms of invoices: make one, reject it, pay some, and an exception from a ceiling."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Authorization, CeilingException, Invoice, ServiceLine
from agreements.purchasing.invoices import Chosen, uninvoiced
from agreements.rules import purchase_terms_of
from onestop.editing.model_fields import model_fields
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.presentation import money, shortday

DATE: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"})}


class InvoiceForm(forms.Form):
    """Its number, and which deliveries are on it: all, or those of an authorization or of some days."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Invoice, ("kind", "number", "note"))
        free = uninvoiced(agreement).order_by().values("authorization")
        corrected = uninvoiced(agreement, Invoice.Kind.CREDIT).order_by().values("authorization")
        rows = Authorization.objects.filter(pk__in=free.union(corrected).values("authorization"))
        self.fields["authorization"] = forms.ModelChoiceField(
            rows.order_by("number"), label=_("Authorization"), required=False, empty_label=_("All authorizations")
        )
        self.fields["first"] = forms.DateField(label=_("Delivered from"), required=False, **DATE)
        self.fields["last"] = forms.DateField(label=_("Delivered until"), required=False, **DATE)
        self.fields["kind"].help_text = _("A credit note takes back what corrections took back.")
        self.order_fields(("kind", "number", "authorization", "first", "last", "note"))

    def clean(self) -> dict[str, Any]:
        """Demand that the days are in order."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one."))
        return given

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        given = self.cleaned_data
        chosen = Chosen(given["authorization"], given["first"], given["last"])
        return {name: given[name] for name in ("kind", "number", "note")} | {"chosen": chosen}


class RejectionForm(forms.Form):
    """Why an invoice is rejected."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The provider is told. The deliveries can be invoiced again."),
    )  # fmt: skip


class PaymentForm(forms.Form):
    """Which approved invoices were paid, when, and by which payment."""

    invoices = forms.MultipleChoiceField(label=gettext_lazy("Invoices"), widget=forms.CheckboxSelectMultiple)
    on = forms.DateField(label=gettext_lazy("Paid on"), **DATE)
    reference = forms.CharField(
        label=gettext_lazy("Payment reference"), max_length=60, required=False,
        help_text=gettext_lazy("Such as the number of the warrant or transfer."),
    )  # fmt: skip

    def __init__(self, *args: Any, invoices: Iterable[Invoice], chosen: int | None = None, **kwargs: Any) -> None:
        initial = kwargs.setdefault("initial", {})
        initial["invoices"] = [str(chosen)] if chosen else []
        super().__init__(*args, **kwargs)
        field: Any = self.fields["invoices"]
        field.choices = [(str(one.pk), self._words(one)) for one in invoices]

    @staticmethod
    def _words(invoice: Invoice) -> str:
        facts = {"number": invoice.number, "total": money(invoice.total), "day": shortday(invoice.due_on)}
        if invoice.is_credit:
            return _("%(number)s: %(total)s, a credit note") % facts
        return _("%(number)s: %(total)s, to be paid by %(day)s") % facts

    @property
    def ids(self) -> list[int]:
        """The ids of the chosen invoices."""
        return whole_numbers(self.cleaned_data["invoices"])

    @property
    def paid_on(self) -> date:
        """The day on which they were paid."""
        day: date = self.cleaned_data["on"]
        return day


class ExceptionForm(forms.Form):
    """By how much more than which ceiling may be paid, and why."""

    of = forms.ChoiceField(label=gettext_lazy("Ceiling"))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(CeilingException, ("amount", "reason"))
        self.fields["reason"].widget = forms.Textarea(attrs={"rows": 4})
        terms = purchase_terms_of(agreement)
        lines = agreement.service_lines.current().filter(ceiling__isnull=False).order_by("position", "pk")
        authorizations = agreement.authorizations.filter(status=Authorization.Status.OPEN).order_by("number")
        self.lines: dict[str, ServiceLine] = {f"line-{line.pk}": line for line in lines}
        self.authorizations: dict[str, Authorization] = {f"authorization-{each.pk}": each for each in authorizations}
        whole = [("agreement", _("The whole agreement"))] if terms and terms.ceiling is not None else []
        of_lines = [
            (code, _("%(line)s: %(ceiling)s") % {"line": line, "ceiling": money(line.ceiling)})
            for code, line in self.lines.items()
        ]
        of_authorizations = [
            (code, _("%(number)s: %(amount)s") % {"number": each.number, "amount": money(each.amount)})
            for code, each in self.authorizations.items()
        ]
        field: Any = self.fields["of"]
        field.choices = [
            *whole,
            *([(_("Service lines"), of_lines)] if of_lines else []),
            *([(_("Authorizations"), of_authorizations)] if of_authorizations else []),
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        given = self.cleaned_data
        ceilings = {"line": self.lines.get(given["of"]), "authorization": self.authorizations.get(given["of"])}
        return {"amount": given["amount"], "reason": given["reason"], **ceilings}
