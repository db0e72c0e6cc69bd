"""The form for a local area."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea
from partners.network.areas import AREA_FACTS

TIME_ZONES = (
    ("America/New_York", "Eastern"),
    ("America/Indiana/Indianapolis", "Eastern (Indiana)"),
    ("America/Detroit", "Eastern (Michigan)"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Mountain, without daylight saving time (Arizona)"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico, Virgin Islands)"),
    ("Pacific/Guam", "Chamorro (Guam, Northern Marianas)"),
    ("Pacific/Pago_Pago", "Samoa"),
    ("Pacific/Palau", "Palau"),
)


class AreaForm(ConflictForm):
    """What is known of a local area."""

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        fields = model_fields(
            LocalArea,
            AREA_FACTS,
            labels={
                "name": "Name of the area",
                "board_name": "Name of the board",
                "program_year_month": "The program year starts in",
            },
            help_texts={
                "name": "As people here say it. Addresses of pages keep the old name, so that no link breaks.",
                "board_name": "As it stands on agreements, such as “Riverbend Workforce Development Board”.",
            },
        )
        zones: tuple[tuple[str, str], ...] = TIME_ZONES
        if area.time_zone not in dict(TIME_ZONES):
            zones = (*TIME_ZONES, (area.time_zone, area.time_zone))
        fields["time_zone"] = forms.ChoiceField(
            choices=zones,
            label="Time zone",
            help_text="Meetings and deadlines are read in it, also for people elsewhere.",
        )
        fields["program_year_month"] = forms.TypedChoiceField(
            choices=list(MONTHS.items()), coerce=int, label="The program year starts in", help_text="July, for most."
        )
        super().__init__(*args, fields=fields, **kwargs)


def facts_of(area: LocalArea) -> dict[str, Any]:
    """Return what a form for an area shows at first."""
    return {name: getattr(area, name) for name in AREA_FACTS}
