"""The form for notification settings."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.notices.models import Cadence, DeliverySchedule
from onestop.notices.notice_types import Reason
from onestop.notices.preferences import TIMETABLE, NoticePreference
from onestop.notices.reminder_rules import HIGHEST_CEILING

ZONES = {
    "America/New_York": gettext_lazy("Eastern"),
    "America/Chicago": gettext_lazy("Central"),
    "America/Denver": gettext_lazy("Mountain"),
    "America/Phoenix": gettext_lazy("Arizona"),
    "America/Los_Angeles": gettext_lazy("Pacific"),
    "America/Anchorage": gettext_lazy("Alaska"),
    "Pacific/Honolulu": gettext_lazy("Hawaii"),
    "America/Puerto_Rico": gettext_lazy("Puerto Rico and the Virgin Islands"),
    "Pacific/Guam": gettext_lazy("Guam and the Northern Marianas"),
    "Pacific/Pago_Pago": gettext_lazy("American Samoa"),
}
GROUPS = (
    (Reason.TRANSACTIONAL, gettext_lazy("Activity that involves you")),
    (Reason.NUDGE, gettext_lazy("Reminders")),
    (Reason.LEGAL, gettext_lazy("Required by law or an agreement")),
)
SHORT = {
    Cadence.AT_ONCE: gettext_lazy("Immediately"),
    Cadence.DAILY: gettext_lazy("Daily"),
    Cadence.WEEKLY: gettext_lazy("Weekly"),
    Cadence.OFF: gettext_lazy("Off"),
}


def _short(cadence: Cadence, preference: NoticePreference) -> str:
    """Return a cadence in a word; if the only choice is on or off, "By email" or "Off"."""
    return _("By email") if cadence == Cadence.AT_ONCE and len(preference.kind.cadences) == 2 else str(SHORT[cadence])


def _lies_within(clock: time, begin: time, end: time) -> bool:
    return begin <= clock < end if begin < end else clock >= begin or clock < end


class PreferencesForm(forms.ModelForm):
    """The cadence of each notification type, and the delivery schedule."""

    class Meta:
        model = DeliverySchedule
        fields = ["digest_at", "weekly_on", "time_zone", "quiet_from", "quiet_until", "weekly_limit"]
        labels = {
            "digest_at": gettext_lazy("Digest time"),
            "weekly_on": gettext_lazy("Weekly digest day"),
            "quiet_from": gettext_lazy("Quiet hours start"),
            "quiet_until": gettext_lazy("Quiet hours end"),
            "weekly_limit": gettext_lazy("Maximum reminders per week"),
        }
        help_texts = {
            "quiet_from": gettext_lazy("From this time, we send only sign-in codes and other urgent emails."),
            "quiet_until": gettext_lazy("Held emails are sent then. Leave both empty for no quiet hours."),
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
            choices=[("", _("Same as your area")), *ZONES.items()], required=False, label=_("Time zone")
        )
        if area_name:
            limit_help = _("More are held for your weekly digest. If empty: %(number)s, the limit of %(area)s.")
        else:
            limit_help = _("More are held for your weekly digest. If empty: %(number)s.")
        limit_error = _("Maximum reminders per week must be a number from 0 to %(most)s.") % {"most": HIGHEST_CEILING}
        self.fields["weekly_limit"] = forms.IntegerField(
            min_value=0,
            max_value=HIGHEST_CEILING,
            required=False,
            label=_("Maximum reminders per week"),
            help_text=limit_help % {"number": usual_weekly_limit, "area": area_name},
            error_messages=dict.fromkeys(("min_value", "max_value"), limit_error),
        )
        self.preferences = {f"kind-{preference.kind.code}": preference for preference in preferences}
        for name, preference in self.preferences.items():
            self.fields[name] = forms.ChoiceField(
                choices=[(cadence.value, _short(cadence, preference)) for cadence in preference.kind.cadences],
                initial=preference.cadence.value,
                label=str(preference.kind.label),
                widget=forms.RadioSelect,
            )

    @property
    def groups(self) -> list[tuple[str | Promise, list[tuple[forms.BoundField, NoticePreference]]]]:
        """The fields of notification types, grouped by reason."""
        return [
            (label, fields)
            for reason, label in GROUPS
            if (
                fields := [
                    (self[name], preference)
                    for name, preference in self.preferences.items()
                    if preference.kind.reason == reason
                ]
            )
        ]

    @property
    def cadences(self) -> dict[str, Cadence]:
        """The cadence of each type."""
        return {preference.kind.code: Cadence(self.cleaned_data[name]) for name, preference in self.preferences.items()}

    @property
    def delivery_schedule(self) -> dict[str, Any]:
        """The delivery schedule."""
        return {name: self.cleaned_data[name] for name in TIMETABLE}

    def clean(self) -> dict[str, Any]:
        """Require both ends of the quiet hours, or none."""
        cleaned: dict[str, Any] = super().clean() or {}
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if {"quiet_from", "quiet_until"} & set(self.errors):
            return cleaned
        if (begin is None) != (end is None):
            missing = "quiet_from" if begin is None else "quiet_until"
            self.add_error(missing, _("Quiet hours need a start and an end. Fill in both or neither."))
        elif begin is not None and begin == end:
            self.add_error(
                "quiet_until", _("Quiet hours must start and end at different times. Leave both empty for none.")
            )
        elif begin and end and (digest := cleaned.get("digest_at")) and _lies_within(digest, begin, end):
            self.add_error(
                "digest_at", _("Digests cannot be sent during quiet hours. Change the digest time or the quiet hours.")
            )
        return cleaned
