"""The form of a local area."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea
from partners.network.areas import AREA_FACTS

TIME_ZONES = (
    ("America/New_York", _("Eastern")),
    ("America/Indiana/Indianapolis", _("Eastern (Indiana)")),
    ("America/Detroit", _("Eastern (Michigan)")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Mountain, without daylight saving time (Arizona)")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
    ("America/Puerto_Rico", _("Atlantic (Puerto Rico, Virgin Islands)")),
    ("Pacific/Guam", _("Chamorro (Guam, Northern Marianas)")),
    ("Pacific/Pago_Pago", _("Samoa")),
    ("Pacific/Palau", _("Palau")),
)


class AreaForm(ConflictForm):
    """The details of a local area."""

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        fields = model_fields(
            LocalArea,
            AREA_FACTS,
            labels={
                "name": _("Area name"),
                "board_name": _("Board name"),
                "program_year_month": _("Program year starts in"),
            },
            help_texts={
                "name": _("What people here call it. Web addresses keep the old name, so that links still work."),
                "board_name": _("As it appears on agreements. Example: “Riverbend Workforce Development Board”."),
            },
        )
        zones: tuple[tuple[str, str | Promise], ...] = TIME_ZONES
        if area.time_zone not in dict(TIME_ZONES):
            zones = (*TIME_ZONES, (area.time_zone, area.time_zone))
        fields["time_zone"] = forms.ChoiceField(
            choices=zones,
            label=_("Time zone"),
            help_text=_("Meetings and deadlines use it, also for people in other time zones."),
        )
        fields["program_year_month"] = forms.TypedChoiceField(
            choices=list(MONTHS.items()),
            coerce=int,
            label=_("Program year starts in"),
            help_text=_("July in most areas."),
        )
        super().__init__(*args, fields=fields, **kwargs)


def facts_of(area: LocalArea) -> dict[str, Any]:
    """Return the initial values of a form for an area."""
    return {name: getattr(area, name) for name in AREA_FACTS}
