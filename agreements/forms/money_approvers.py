"""The form that gives a person the right to approve money."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.approvers.rights import may_get_it
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership


class MoneyApproverForm(forms.Form):
    """Whose money, and who may approve it. The places are those for which the reader may give the right."""

    place = forms.ChoiceField(
        label=_("Money of"), help_text=_("The area, or a partner that purchases services."),
        error_messages={"required": _("Choose the area or a partner.")},
    )  # fmt: skip
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), empty_label=_("Choose a person"),
        help_text=_("One-Stop staff for the area, a manager for a partner."),
        error_messages={"required": _("Choose the person."), "invalid_choice": _("Choose a person of the list.")},
    )  # fmt: skip

    def __init__(self, *args: Any, area: LocalArea | None, partnerships: Iterable[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, LocalArea | Partnership] = {"area": area} if area else {}
        self.places |= {f"partner-{each.pk}": each for each in partnerships}
        choices = [(key, _name(place)) for key, place in self.places.items()]
        self.fields["place"].choices = [("", gettext("Choose one")), *choices] if len(choices) > 1 else choices  # type: ignore[attr-defined]
        people = User.objects.filter(may_get_it(*self.places.values()))
        self.fields["user"].queryset = people.order_by(Lower("name"), "pk")  # type: ignore[attr-defined]

    @property
    def chosen(self) -> LocalArea | Partnership:
        """The chosen area or partner."""
        return self.places[self.cleaned_data["place"]]


def _name(place: LocalArea | Partnership) -> str:
    return place.organization.name if isinstance(place, Partnership) else str(place)
