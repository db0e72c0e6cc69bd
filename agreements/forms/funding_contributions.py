"""The forms of contributions."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.contributions import FACTS
from agreements.funding.reading import payers_of, pools_of
from agreements.models import Contribution, CostPool, FundingBudget, FundingPeriod, Payer
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from onestop.ui.form_fields import ask_only_if, explain_choices

Kind, Valuation = Contribution.Kind, Contribution.Valuation
FIELDS = ("kind", "giver", "text", "received_on", "hours", "rate", "amount", "valuation")
HELP = {
    "giver": gettext_lazy("The organization or person that gave it, and that is not a partner."),
    "text": gettext_lazy("For example: check 1001, or 12 hours at the welcome desk. No names of customers."),
    "received_on": gettext_lazy("The day of the payment. In kind: a day in the period, such as its last one."),
    "rate": gettext_lazy("Regular pay plus fringe benefits for one hour (2 CFR 200.306(f))."),
    "amount": gettext_lazy("Dollars. For staff hours it is computed: hours times rate."),
    "valuation": gettext_lazy("How you know the fair value. Nothing counts that another federal award pays for."),
}
KINDS = {
    Kind.CASH: gettext_lazy("Money paid toward the costs. Payments of an invoice are recorded at the invoice."),
    Kind.NONCASH: gettext_lazy("What the partner spends for the center, or goods, space and services that it gives."),
    Kind.HOURS: gettext_lazy("Time of the partner's staff for shared services. Never toward infrastructure costs."),
    Kind.THIRD_PARTY: gettext_lazy(
        "From someone who is not a partner: to the center in general, or credited to one partner (20 CFR 678.720(c))."
    ),
}
VALUED_BY = {
    Valuation.ACTUAL: gettext_lazy("What the partner paid for it, by invoices or its books."),
    Valuation.RENTAL: gettext_lazy("Space: no more than the fair rental value of similar space nearby (200.306(i))."),
    Valuation.MARKET: gettext_lazy("Goods and supplies: the market price when they were given (200.306(g))."),
    Valuation.PAY: gettext_lazy("Time of employees: their regular pay plus fringe benefits (200.306(f))."),
    Valuation.VOLUNTEER: gettext_lazy("Time of volunteers: what similar work is paid (200.306(e))."),
}
EVIDENCE = gettext_lazy(
    "An invoice, an appraisal, a time record or a letter of the giver. Without it nothing in kind is accepted."
)
ONLY_IF = {
    "giver": "kind third_party",
    "hours": "kind hours",
    "rate": "kind hours",
    "amount": "kind cash noncash third_party",
    "valuation": "kind noncash third_party",
}


class ContributionForm(ConflictForm):
    """What was given, by whom, toward which costs of which period, and how it was valued."""

    def __init__(
        self, *args: Any, budget: FundingBudget, payers: Collection[Payer], is_staff: bool, **kwargs: Any
    ) -> None:
        fields = model_fields(Contribution, FIELDS, help_texts=HELP)
        fields["amount"].required = False
        fields["file"] = StoredFileField(
            "agreements.contribution", required=False, label=_("Evidence"), help_text=EVIDENCE
        )
        super().__init__(*args, fields=fields, **kwargs)
        kinds: Any = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
        valuations: Any = forms.ChoiceField(
            label=_("Valued by"), choices=Valuation.choices, widget=forms.RadioSelect, required=False,
            help_text=HELP["valuation"],
        )  # fmt: skip
        self._add("kind", kinds)
        self._add("valuation", valuations)
        explain_choices(kinds, KINDS)
        explain_choices(valuations, VALUED_BY)
        of_budget = FundingPeriod.objects.filter(budget=budget).exclude(status=FundingPeriod.Status.CLOSED)
        self._choose("period", of_budget.order_by("number"), _("Period"), None, required=True)
        own = Payer.objects.filter(pk__in=[payer.pk for payer in payers]).select_related("partnership__organization")
        self._choose(
            "payer",
            own.order_by("position", "pk"),
            _("Partner"),
            _("None: the center in general") if is_staff else None,
            required=not is_staff,
            help_text=_("The center in general: only for a third party. It lowers the cost for all partners.")
            if is_staff
            else "",
        )
        pools = CostPool.objects.filter(pk__in=[pool.pk for pool in pools_of(budget)]).select_related("center")
        self._choose(
            "pool", pools.order_by("position", "pk"), _("Toward"), _("All costs (cash only)"),
            help_text=_("The cost pool whose costs it covers. Time of people never counts toward infrastructure."),
        )  # fmt: skip
        ask_only_if(self, ONLY_IF)
        self.order_fields(FACTS)

    def _choose(self, name: str, rows: Any, label: str, none: str | None, required: bool = False, **more: Any) -> None:
        field = forms.ModelChoiceField(rows, label=label, required=required, **more)
        if none is not None:
            field.empty_label = none
        self._add(name, field)

    def _add(self, name: str, field: forms.Field) -> None:
        field.show_hidden_initial = True
        self.fields[name] = field

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


def payers_to_record(budget: FundingBudget, allowed: Any) -> list[Payer]:
    """Return the payers of a budget for which ``allowed`` says that somebody may record contributions."""
    payers = payers_of(budget)
    for payer in payers:
        payer.agreement = budget.agreement
    return [payer for payer in payers if allowed(payer)]


class DeclineForm(forms.Form):
    """The reason for which a contribution does not count."""

    reason = LongTextField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("It is sent to the person who entered the contribution."),
    )
