"""The form in which a person says how and when they want to be told."""

import zoneinfo
from collections.abc import Sequence
from typing import Any

from django import forms

from onestop.notices.kinds import Cadence
from onestop.notices.models import Timetable
from onestop.notices.wishes import TIMETABLE, Wish

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam",
)  # fmt: skip


class WishesForm(forms.ModelForm):
    """One question for each kind, and the hours."""

    class Meta:
        model = Timetable
        fields = ["weekly_on", "digest_at", "quiet_from", "quiet_until", "ceiling", "time_zone"]
        labels = {"time_zone": "Time zone"}
        help_texts = {
            "digest_at": "Digests come at this hour of the clock.",
            "quiet_from": "Between these hours nothing comes by e-mail, but codes to sign in. Empty both for no quiet.",
            "ceiling": "Further reminders wait for the weekly digest.",
        }

    def __init__(self, *args: Any, wishes: Sequence[Wish], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = zoneinfo.available_timezones()
        zones = [(name, name.partition("/")[2].replace("_", " ")) for name in ZONES if name in known]
        self.fields["time_zone"] = forms.ChoiceField(
            choices=[("", "That of the area"), *zones], required=False, label="Time zone"
        )
        self.fields["ceiling"].max_value = 20  # type: ignore[attr-defined]
        self.kinds = {self._name(wish): wish for wish in wishes}
        for name, wish in self.kinds.items():
            self.fields[name] = forms.ChoiceField(
                choices=[(cadence.value, cadence.label) for cadence in wish.kind.cadences],
                initial=wish.cadence.value,
                label=wish.kind.label,
                help_text=wish.kind.about,
            )

    @staticmethod
    def _name(wish: Wish) -> str:
        return f"kind-{wish.kind.code}"

    @property
    def kind_fields(self) -> list[forms.BoundField]:
        """The questions about kinds."""
        return [self[name] for name in self.kinds]

    @property
    def hour_fields(self) -> list[forms.BoundField]:
        """The questions about hours."""
        return [self[name] for name in self.Meta.fields]

    @property
    def cadences(self) -> dict[str, Cadence]:
        """How often for each kind."""
        return {wish.kind.code: Cadence(self.cleaned_data[name]) for name, wish in self.kinds.items()}

    @property
    def timetable(self) -> dict[str, Any]:
        """When."""
        return {name: self.cleaned_data[name] for name in TIMETABLE}

    def clean(self) -> dict[str, Any]:
        """Want both ends of the quiet hours, or none."""
        told: dict[str, Any] = super().clean() or {}
        begin, end = told.get("quiet_from"), told.get("quiet_until")
        if (begin is None) != (end is None) and not {"quiet_from", "quiet_until"} & set(self.errors):
            missing = "quiet_from" if begin is None else "quiet_until"
            self.add_error(missing, "Quiet hours have a beginning and an end: fill in both, or neither.")
        return told
