"""The form of a party."""

from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agreements.drafting.parties import FACTS
from agreements.models import Agreement, Party
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import Office, Partnership


class PartyForm(ConflictForm):
    """A party: a partner of the area, or another body by name, and the office that signs for it."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(Party, ("kind", "name", "presence", "effective_on")), **kwargs)
        areas = [agreement.area_id, *agreement.further_areas.values_list("area", flat=True)]
        partners = Partnership.objects.active().filter(area__in=areas).select_related("organization", "area")
        organizations = partners.values("organization")
        offices = Office.objects.current().filter(Q(area__in=areas) | Q(organization__in=organizations))
        self.fields["partnership"] = _PartnerField(
            partners.order_by(Lower("organization__name"), "pk"),
            label=_("Partner"),
            required=False,
            empty_label=_("Not a partner"),
            show_hidden_initial=True,
        )
        self.fields["office"] = _OfficeField(
            offices.select_related("organization", "area").order_by(Lower("title"), "pk"),
            label=_("Signs as"),
            required=False,
            empty_label=_("Not known yet"),
            help_text=_(
                "The office whose holder signs. Offices are recorded on the pages of the board and of partners."
            ),
            show_hidden_initial=True,
        )
        self.fields["name"].help_text = _("Only if it is not a partner: the board, an official, another body.")
        self.order_fields(FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


class _PartnerField(forms.ModelChoiceField):
    """A partner by the name of its organization."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class _OfficeField(forms.ModelChoiceField):
    """An office by its title and whose it is."""

    def label_from_instance(self, office: Any) -> str:
        owner = office.organization or office.area
        return f"{office.title}, {owner.name}"
