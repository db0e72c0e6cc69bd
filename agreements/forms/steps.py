"""Forms of approvals and of the record of negotiations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.drafting import approvals, negotiations
from agreements.models import Agreement, ApprovalStep, NegotiationEntry
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields


def _party_field(agreement: Agreement, label: Any, none: Any, *, required: bool) -> forms.ModelChoiceField:
    rows = agreement.parties.current().in_order().select_related("partnership__organization")
    return forms.ModelChoiceField(rows, label=label, empty_label=none, required=required, show_hidden_initial=True)


class StepForm(ConflictForm):
    """An approval that a party needs."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(ApprovalStep, ("name", "planned_on", "done_on", "note")), **kwargs)
        self.fields["party"] = _party_field(agreement, _("Party"), _("Choose a party"), required=True)
        self.fields["planned_on"].help_text = _("For example, the day on which the county commission meets.")
        self.fields["done_on"].help_text = _("Leave it blank until the approval is given.")
        self.order_fields(approvals.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(approvals.FACTS)


class NegotiationForm(ConflictForm):
    """An attempt to reach an agreement."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(NegotiationEntry, ("kind", "happened_on", "text")), **kwargs)
        self.fields["party"] = _party_field(agreement, _("With"), _("All parties"), required=False)
        self.order_fields(negotiations.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(negotiations.FACTS)
