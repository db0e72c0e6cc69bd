"""Forms for hours in One-Stop centers, and for absences and closings."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import Absence, Center, LocalArea, Partnership, Presence, Weekday
from partners.schedule.presences import FACTS

TIMES = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
LABELS = {
    "rhythm": _("Repeats"),
    "way": _("In person or remote"),
    "who": _("Staff on site"),
    "desk": _("Location in the building"),
    "phone": _("Phone on site"),
    "begins_on": _("First day"),
    "ends_on": _("Last day"),
    "note": _("Note"),
}
HELP = {
    "who": _("A name or a function. Example: “T. Okafor” or “a counselor”. The front desk sees it."),
    "desk": _("Example: “Desk 4” or “Room 210, second floor”."),
    "phone": _("The number the front desk calls. If it is blank, the front desk calls your office."),
    "begins_on": _("Leave it blank if these hours have already started."),
    "ends_on": _("Leave it blank if no end is planned."),
    "note": _("Example: “by appointment only”. Everyone in the network sees it."),
}
WAY_HELP = {
    "in_person": _("Staff of the partner are in the building."),
    "linkage": _("Staff of the partner answer by video or phone in the center at these hours (20 CFR 678.305(d)(3))."),
}
ABOUT = ("rhythm", "way", "who", "desk", "phone", "begins_on", "ends_on", "note")
PARTS = (
    (_("Where and when"), ("center", "weekdays", "weekday", "starts_at", "ends_at", "rhythm", "way")),
    (_("How to find them"), ("who", "desk", "phone")),
    (_("Dates and note"), ("begins_on", "ends_on", "note")),
)


class PresenceForm(ConflictForm):
    """Hours in a center. With ``several``, hours are added for each selected weekday."""

    def __init__(self, *args: Any, area: LocalArea, several: bool, kept: Center | None = None, **kwargs: Any) -> None:
        about = model_fields(Presence, ABOUT, labels=LABELS, help_texts=HELP, widgets={"way": forms.RadioSelect})
        explain_choices(about["way"], WAY_HELP)
        about["rhythm"].help_text = _(
            "Every week, or once a month on the first, second, third, fourth or last such day."
        )
        days: dict[str, forms.Field] = {"weekday": forms.ChoiceField(label=_("Day"), choices=Weekday.choices)}
        if several:
            days = {"weekdays": _several_days()}
        fields: dict[str, forms.Field] = {
            "center": forms.ModelChoiceField(_centers(area, kept), label=_("Center")),
            **days,
            "starts_at": forms.TimeField(label=_("From"), input_formats=TIMES),
            "ends_at": forms.TimeField(label=_("Until"), input_formats=TIMES),
            **about,
        }
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def parts(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields in titled groups."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in PARTS]

    @property
    def facts(self) -> dict[str, Any]:
        """The entered hours."""
        facts = {name: value for name, value in self.cleaned_data.items() if name in FACTS}
        return facts | ({"weekday": int(facts["weekday"])} if "weekday" in facts else {})


class AbsenceForm(forms.Form):
    """An absence of a partner, or the closing of a center."""

    center = forms.ModelChoiceField(
        Center.objects.none(), label=_("Center"), required=False, empty_label=_("All centers")
    )
    first_on = forms.DateField(label=_("First day"))
    last_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave it blank for a single day.")
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=Absence._meta.get_field("reason").max_length,
        help_text=_("Example: “Training” or “Holiday”. The front desk shares it with visitors. No names or illnesses."),
    )

    def __init__(self, *args: Any, centers: QuerySet[Center] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if centers is None:
            del self.fields["center"]
        else:
            self.fields["center"].queryset = centers  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The entered absence; without a last day it is a single day."""
        facts = dict(self.cleaned_data)
        return facts | {"last_on": facts["last_on"] or facts["first_on"]}


class WhoseHoursForm(forms.Form):
    """Asks for the partner of new hours or of an absence, among those the person manages."""

    partner = forms.ModelChoiceField(Partnership.objects.none(), label=_("Partner"), empty_label=_("Choose a partner"))
    center = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


def facts_of(presence: Presence) -> dict[str, Any]:
    """Return the initial values of a form for hours."""
    return {name: getattr(presence, name) for name in FACTS} | {"center": presence.center_id}


def open_centers(area: LocalArea) -> QuerySet[Center]:
    """Return the current centers of an area."""
    return Center.objects.current().filter(area=area).order_by(Lower("name"), "pk")


def _centers(area: LocalArea, kept: Center | None) -> QuerySet[Center]:
    # The present center of the hours can be selected even if it is archived.
    if kept is None or not kept.is_archived:
        return open_centers(area)
    return (open_centers(area) | Center.objects.filter(pk=kept.pk)).order_by(Lower("name"), "pk")


def _several_days() -> forms.Field:
    return forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Select all days with the same hours. Add days with other hours afterwards."),
        error_messages={"required": _("Select at least one day.")},
    )
