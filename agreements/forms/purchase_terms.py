"""Forms of the terms of a purchase: the parties, ceilings, and report duties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, CeilingChange, Party, PurchaseTerms, ReportDuty
from agreements.purchasing import duties, terms
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields

PLAIN = ("ceiling", "within_fiscal_year", "pays_within")


class PurchaseTermsForm(ConflictForm):
    """Who purchases from whom, the ceiling, and what rules its authorizations. Executed, it has no ceiling to edit."""

    def __init__(self, *args: Any, agreement: Agreement, keeps_ceiling: bool = False, **kwargs: Any) -> None:
        names = PLAIN[1:] if keeps_ceiling else PLAIN
        super().__init__(*args, fields=model_fields(PurchaseTerms, names), **kwargs)
        parties = agreement.parties.current().in_order().select_related("partnership__organization")
        self.fields["purchaser"] = _party(parties, "purchaser", _("Purchaser"))
        self.fields["provider"] = _party(parties, "provider", _("Provider"))
        self.order_fields(terms.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(terms.FACTS)


def _party(parties: Any, name: str, label: Any) -> forms.ModelChoiceField:
    words = {"required": _("Choose the party.")}
    column: Any = PurchaseTerms._meta.get_field(name)
    return forms.ModelChoiceField(
        parties, label=label, help_text=column.help_text, empty_label=_("Choose a party"), error_messages=words,
        show_hidden_initial=True,
    )  # fmt: skip


class CeilingForm(forms.Form):
    """A new ceiling of an executed agreement or of one of its lines, and what decided it."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(CeilingChange, ("after", "reason"))
        self.fields["after"].help_text = _("Leave blank for no ceiling.")
        self.fields["reason"].error_messages["required"] = _("Enter the reason.")
        self.fields["reason"].help_text = _("Everyone who sees the agreement sees it.")
        self.fields["amendment"] = forms.ModelChoiceField(
            agreement.amendments.executed().order_by("number"), label=_("Decided by the amendment"), required=False,
            empty_label=_("No amendment"),
        )  # fmt: skip
        self.order_fields(("after", "amendment", "reason"))


class ReportDutyForm(ConflictForm):
    """A report that the provider owes for each authorization, and when."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(ReportDuty, ("name", "when", "days", "holds_payment")), **kwargs)
        self.fields["name"].help_text = _("Such as: Monthly progress report.")
        self.fields["name"].error_messages["required"] = _("Enter the name of the report.")
        self.fields["line"] = forms.ModelChoiceField(
            agreement.service_lines.current().order_by("position", "pk"), label=_("Only for"), required=False,
            empty_label=_("All services"), show_hidden_initial=True,
        )  # fmt: skip
        self.order_fields(duties.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(duties.FACTS)


def facts_of_terms(held: PurchaseTerms) -> dict[str, Any]:
    """Return the initial values of the form of terms."""
    plain = {name: getattr(held, name) for name in PLAIN}
    return plain | {"purchaser": held.purchaser_id, "provider": held.provider_id}


def first_guess(agreement: Agreement) -> dict[str, Any]:
    """Return the initial values of terms that are not recorded: the two parties, if there are just two."""
    parties = list(Party.objects.current().filter(agreement=agreement).in_order()[:3])
    if len(parties) != 2:
        return {}
    return {"purchaser": parties[0].pk, "provider": parties[1].pk}
