"""The form for a place where people are served."""

from typing import Any

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from partners.models import AccessibilityFeature, Location
from partners.models.places import Place

PLACE_FACTS = (
    "name", "street", "city", "state_code", "postal_code", "phone", "hours", "directions", "accessibility",
)  # fmt: skip
PLACE_HELP = {
    "name": "As people say it: Main office, Millpond branch.",
    "hours": "Such as: Mon to Fri, 8:00 AM to 4:30 PM.",
    "state_code": "The two letters of the Postal Service.",
    "directions": "The bus line, the right door, where to park.",
}


class LocationForm(ConflictForm):
    """What people need to know to get to a place, and into it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        plain = [name for name in PLACE_FACTS if name != "accessibility"]
        fields = model_fields(Location, plain, help_texts=PLACE_HELP)
        fields["accessibility"] = choices_field(AccessibilityFeature, "What it offers people with disabilities")
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said about the place."""
        facts = self.only(PLACE_FACTS)
        return facts | {"state_code": facts["state_code"].upper()}


def facts_of(place: Place) -> dict[str, Any]:
    """Return what a form for a place shows at first."""
    return {name: getattr(place, name) for name in PLACE_FACTS}
