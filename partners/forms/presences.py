"""Forms for hours in One-Stop centers, and for days away."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import Absence, Center, LocalArea, Partnership, Presence, Weekday
from partners.schedule.presences import FACTS

TIMES = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
LABELS = {
    "rhythm": "In which weeks", "way": "How", "who": "Who is there", "desk": "Where in the building",
    "phone": "Phone there", "begins_on": "First day", "ends_on": "Last day", "note": "Note",
}  # fmt: skip
HELP = {
    "who": "A name or a function, such as “T. Okafor” or “a counselor”. The front desk sees it.",
    "desk": "Such as “Desk 4” or “Room 210, second floor”.",
    "phone": "Where the front desk reaches them. If nothing stands here, it calls your office.",
    "begins_on": "Leave it empty if they come already.",
    "ends_on": "Leave it empty if no end is planned.",
    "note": "Such as “by appointment only”. Everybody in the network sees it.",
}
WAY_HELP = {
    "in_person": "Somebody of the partner is in the building.",
    "linkage": "Somebody answers on the screen or the phone in the center at these hours (20 CFR 678.305(d)(3)).",
}
ABOUT = ("rhythm", "way", "who", "desk", "phone", "begins_on", "ends_on", "note")
PARTS = (
    ("Where and when", ("center", "weekdays", "weekday", "starts_at", "ends_at", "rhythm", "way")),
    ("How to find them", ("who", "desk", "phone")),
    ("From when to when", ("begins_on", "ends_on", "note")),
)


class PresenceForm(ConflictForm):
    """Hours in a center. ``several`` asks for weekdays, of which each becomes hours of its own."""

    def __init__(self, *args: Any, area: LocalArea, several: bool, kept: Center | None = None, **kwargs: Any) -> None:
        about = model_fields(Presence, ABOUT, labels=LABELS, help_texts=HELP, widgets={"way": forms.RadioSelect})
        explain_choices(about["way"], WAY_HELP)
        about["rhythm"].help_text = "Once a month: the first, second, third, fourth or last such day of each month."
        days: dict[str, forms.Field] = {"weekday": forms.ChoiceField(label="Day", choices=Weekday.choices)}
        if several:
            days = {"weekdays": _several_days()}
        fields: dict[str, forms.Field] = {
            "center": forms.ModelChoiceField(_centers(area, kept), label="Center"),
            **days,
            "starts_at": forms.TimeField(label="From", input_formats=TIMES),
            "ends_at": forms.TimeField(label="Until", input_formats=TIMES),
            **about,
        }
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their names."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in PARTS]

    @property
    def facts(self) -> dict[str, Any]:
        """What was written."""
        facts = {name: value for name, value in self.cleaned_data.items() if name in FACTS}
        return facts | ({"weekday": int(facts["weekday"])} if "weekday" in facts else {})


class AbsenceForm(forms.Form):
    """Days on which a partner is away, or a center is closed."""

    center = forms.ModelChoiceField(
        Center.objects.none(), label="From which center", required=False, empty_label="From all of them"
    )
    first_on = forms.DateField(label="First day")
    last_on = forms.DateField(
        label="Last day", required=False, help_text="Leave it empty if it is one day only."
    )  # fmt: skip
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=Absence._meta.get_field("reason").max_length,
        help_text="Such as “Training” or “Holiday”. The front desk tells visitors. No names, no illnesses.",
    )

    def __init__(self, *args: Any, centers: QuerySet[Center] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if centers is None:
            del self.fields["center"]
        else:
            self.fields["center"].queryset = centers  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """What was written; without a last day it is one day."""
        facts = dict(self.cleaned_data)
        return facts | {"last_on": facts["last_on"] or facts["first_on"]}


class WhoseHoursForm(forms.Form):
    """Whose hours or days away somebody wants to write down, out of those that they keep."""

    partner = forms.ModelChoiceField(Partnership.objects.none(), label="Partner", empty_label="Choose one")
    center = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


def facts_of(presence: Presence) -> dict[str, Any]:
    """Return what a form for hours shows at first."""
    return {name: getattr(presence, name) for name in FACTS} | {"center": presence.center_id}


def open_centers(area: LocalArea) -> QuerySet[Center]:
    """Return the centers of an area between which somebody can choose."""
    return Center.objects.current().filter(area=area).order_by(Lower("name"), "pk")


def _centers(area: LocalArea, kept: Center | None) -> QuerySet[Center]:
    # Whatever center the hours are in stays on offer, also when it was archived meanwhile.
    if kept is None or not kept.is_archived:
        return open_centers(area)
    return (open_centers(area) | Center.objects.filter(pk=kept.pk)).order_by(Lower("name"), "pk")


def _several_days() -> forms.Field:
    return forms.TypedMultipleChoiceField(
        label="Days",
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick each day with the same hours. Add days with other hours afterwards.",
        error_messages={"required": "Tick at least one day."},
    )
