"""Forms by which staff answer words that people look for and do not find."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partners.models import LocalArea, SearchAnswer, Service


class ServiceField(forms.ModelChoiceField):
    """A service, named with its partner."""

    def label_from_instance(self, service: Service) -> str:
        """Return the name of a service and its partner."""
        return f"{service.name}, {service.partnership.organization.name}"


class KeywordForm(forms.Form):
    """The service that people mean, and the word by which they find it from now on."""

    service = ServiceField(
        Service.objects.none(),
        label=_("Service"),
        empty_label=_("Choose a service"),
        help_text=_("The service that people mean by these words."),
        error_messages={"required": _("Choose a service.")},
    )
    keyword = forms.CharField(
        label=_("Keyword"),
        max_length=120,
        help_text=_("Correct the spelling if needed. Searches for this word then find the service."),
    )

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["service"]
        chosen.queryset = services_of(area)


class NobodyForm(forms.Form):
    """A note for colleagues why the words are hidden."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=SearchAnswer._meta.get_field("note").max_length,
        help_text=_("For your colleagues. Example: “The nearest one is in the next county.”"),
    )


def services_of(area: LocalArea) -> QuerySet[Service]:
    """Return the current services of an area, by name, with their partners."""
    rows = Service.objects.current().filter(partnership__area=area, partnership__archived_at=None)
    return rows.select_related("partnership__organization").order_by(Lower("name"), "pk")
