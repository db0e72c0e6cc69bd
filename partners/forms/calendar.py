"""Forms of holidays, rooms, and the fiscal year of a state."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from partners.models import AccessibilityFeature, Holiday, Room, State
from partners.network import rooms, states
from partners.schedule import holidays


class HolidayForm(ConflictForm):
    """A holiday of an area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            Holiday,
            holidays.FACTS,
            help_texts={
                "closes_centers": _("The schedule shows the centers as closed, and reminders wait until the next day.")
            },
        )
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(holidays.FACTS)


class RoomForm(ConflictForm):
    """A room in a building."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(Room, rooms.FACTS)
        fields["accessibility"] = choices_field(AccessibilityFeature, _("Accessibility"))
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(rooms.FACTS)


class StateForm(ConflictForm):
    """What a state's administrator says of the state."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(State, states.FACTS)
        fields["fiscal_year_month"] = forms.TypedChoiceField(
            choices=list(MONTHS.items()),
            coerce=int,
            label=_("Fiscal year starts in"),
            help_text=_("Authorizations to buy services do not cross a fiscal year."),
        )
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(states.FACTS)
