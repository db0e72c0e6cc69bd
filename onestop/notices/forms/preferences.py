"""The form in which a person says how and when they want to be told."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms

from onestop.notices.models import Cadence, DeliverySchedule
from onestop.notices.notice_types import Reason
from onestop.notices.preferences import TIMETABLE, NoticePreference
from onestop.notices.reminder_rules import HIGHEST_CEILING

ZONES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico and the Virgin Islands",
    "Pacific/Guam": "Guam and the Northern Marianas",
    "Pacific/Pago_Pago": "American Samoa",
}
GROUPS = (
    (Reason.TRANSACTIONAL, "About your work here"),
    (Reason.NUDGE, "Reminders"),
    (Reason.LEGAL, "What the law wants"),
)
SHORT = {Cadence.AT_ONCE: "At once", Cadence.DAILY: "Daily", Cadence.WEEKLY: "Weekly", Cadence.OFF: "Off"}


def _short(cadence: Cadence, preference: NoticePreference) -> str:
    """Return how often, in a word; where there is only whether, that."""
    return "By e-mail" if cadence == Cadence.AT_ONCE and len(preference.kind.cadences) == 2 else SHORT[cadence]


def _lies_within(clock: time, begin: time, end: time) -> bool:
    return begin <= clock < end if begin < end else clock >= begin or clock < end


class PreferencesForm(forms.ModelForm):
    """One question for each kind, and the hours."""

    class Meta:
        model = DeliverySchedule
        fields = ["digest_at", "weekly_on", "time_zone", "quiet_from", "quiet_until", "weekly_limit"]
        labels = {
            "digest_at": "Digests come at",
            "weekly_on": "The weekly digest comes on",
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
            "weekly_limit": "Reminders a week at most",
        }
        help_texts = {
            "quiet_from": "No e-mail comes from this hour on, but codes to sign in.",
            "quiet_until": "What came up meanwhile comes then. Empty both for no quiet hours.",
        }

    def __init__(
        self,
        *args: Any,
        preferences: Sequence[NoticePreference],
        usual_weekly_limit: int,
        area_name: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekly_on"].choices = DeliverySchedule._meta.get_field("weekly_on").choices  # type: ignore[attr-defined]
        self.fields["time_zone"] = forms.ChoiceField(
            choices=[("", "As in your area"), *ZONES.items()], required=False, label="Time zone"
        )
        as_where = f", as {area_name} has it" if area_name else ""
        self.fields["weekly_limit"] = forms.IntegerField(
            min_value=0,
            max_value=HIGHEST_CEILING,
            required=False,
            label="Reminders a week at most",
            help_text=f"The rest waits for your weekly digest. Empty: {usual_weekly_limit}{as_where}.",
            error_messages=dict.fromkeys(
                ("min_value", "max_value"), f"Reminders a week at most: a number from 0 to {HIGHEST_CEILING}."
            ),
        )
        self.preferences = {f"kind-{preference.kind.code}": preference for preference in preferences}
        for name, preference in self.preferences.items():
            self.fields[name] = forms.ChoiceField(
                choices=[(cadence.value, _short(cadence, preference)) for cadence in preference.kind.cadences],
                initial=preference.cadence.value,
                label=preference.kind.label,
                widget=forms.RadioSelect,
            )

    @property
    def groups(self) -> list[tuple[str, list[tuple[forms.BoundField, NoticePreference]]]]:
        """The questions about kinds, under the reason for which they are told."""
        return [
            (words, asked)
            for reason, words in GROUPS
            if (
                asked := [
                    (self[name], preference)
                    for name, preference in self.preferences.items()
                    if preference.kind.reason == reason
                ]
            )
        ]

    @property
    def cadences(self) -> dict[str, Cadence]:
        """How often for each kind."""
        return {preference.kind.code: Cadence(self.cleaned_data[name]) for name, preference in self.preferences.items()}

    @property
    def delivery_schedule(self) -> dict[str, Any]:
        """When."""
        return {name: self.cleaned_data[name] for name in TIMETABLE}

    def clean(self) -> dict[str, Any]:
        """Want both ends of the quiet hours, or none."""
        told: dict[str, Any] = super().clean() or {}
        begin, end = told.get("quiet_from"), told.get("quiet_until")
        if {"quiet_from", "quiet_until"} & set(self.errors):
            return told
        if (begin is None) != (end is None):
            missing = "quiet_from" if begin is None else "quiet_until"
            self.add_error(missing, "Quiet hours have a beginning and an end: fill in both, or neither.")
        elif begin is not None and begin == end:
            self.add_error("quiet_until", "Quiet hours end at another hour than they begin. Empty both for none.")
        elif begin and end and (digest := told.get("digest_at")) and _lies_within(digest, begin, end):
            self.add_error(
                "digest_at", "Digests would come within your quiet hours. Choose another hour for one of them."
            )
        return told
