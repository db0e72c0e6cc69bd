"""The form of a promise."""

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agreements.drafting.promises import FACTS
from agreements.models import Agreement, Promise
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import Center, Service


class PromiseForm(ConflictForm):
    """Who owes what: a service, hours in a center, persons served, a way of referral, or something else."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(Promise, ("kind", "quantity", "text")), **kwargs)
        parties = agreement.parties.current().in_order().select_related("partnership__organization")
        partners = [party.partnership_id for party in parties if party.partnership_id]
        services = Service.objects.current().filter(partnership__in=partners)
        areas = [agreement.area_id, *agreement.further_areas.values_list("area", flat=True)]
        self._choose("party", parties, _("Who owes it"), _("Choose a party"), required=True)
        self._choose("clause", agreement.clauses.current().in_order(), _("Clause"), _("No clause"))
        self._choose(
            "service",
            services.select_related("partnership__organization").order_by(
                Lower("partnership__organization__name"), Lower("name"), "pk"
            ),
            _("Service"),
            _("Not a service"),
            field=_ServiceField,
        )
        self._choose(
            "center",
            Center.objects.current().filter(area__in=areas).order_by(Lower("name")),
            _("Center"),
            _("No center"),
        )
        self.fields["text"].help_text = _(
            "For a way of referral or something else; for others, what they need besides."
        )
        self.order_fields(FACTS)

    def _choose(
        self,
        name: str,
        rows: Any,
        label: Any,
        none: Any,
        *,
        field: type[forms.ModelChoiceField] = forms.ModelChoiceField,
        required: bool = False,
    ) -> None:
        self.fields[name] = field(rows, label=label, required=required, empty_label=none, show_hidden_initial=True)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


class _ServiceField(forms.ModelChoiceField):
    """A service by its partner and its name."""

    def label_from_instance(self, service: Any) -> str:
        return f"{service.partnership.organization.name}: {service.name}"
