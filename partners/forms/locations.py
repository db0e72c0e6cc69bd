"""The form of a partner location."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from partners.models import AccessibilityFeature, Location
from partners.models.places import Place

PLACE_FACTS = (
    "name", "street", "city", "state_code", "postal_code", "phone", "hours", "directions", "accessibility",
)  # fmt: skip
PLACE_HELP = {
    "name": _("What people call it. Example: “Main office” or “Millpond branch”."),
    "hours": _("Example: “Mon to Fri, 8:00 AM to 4:30 PM”."),
    "state_code": _("Two letters. Example: OH."),
    "directions": _("Bus lines, entrance and parking."),
}


class LocationForm(ConflictForm):
    """The details of a partner location."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        plain = [name for name in PLACE_FACTS if name != "accessibility"]
        fields = model_fields(Location, plain, help_texts=PLACE_HELP)
        fields["accessibility"] = choices_field(AccessibilityFeature, _("Accessibility features"))
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The entered details of the location."""
        facts = self.only(PLACE_FACTS)
        return facts | {"state_code": facts["state_code"].upper()}


def facts_of(place: Place) -> dict[str, Any]:
    """Return the initial values of a form for a location."""
    return {name: getattr(place, name) for name in PLACE_FACTS}
