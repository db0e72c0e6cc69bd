"""Forms of practices: share or edit one, and record an adoption."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields, typed_within_limits
from onestop.editing.personal_data import find_personal_data
from onestop.editing.rich_texts import RichTextField
from onestop.editing.typed_lists import said_in, typed_list
from onestop.ui.rich_text import plain
from partners.models import LocalArea, Partnership, Practice, Program

TOLD = ("title", "situation", "did", "result", "would_change")
RICH = TOLD[1:]
COMMON_TOPICS = (
    _("Intake and referral"), _("Co-enrollment"), _("Braided funding"), _("Employers"), _("Agreements"),
    _("Co-location"), _("Accommodations"), _("Youth"), _("Reentry"), _("Staff training"),
)  # fmt: skip
LABELS = {
    "title": _("Title"),
    "situation": _("Situation"),
    "did": _("What you did"),
    "result": _("Result"),
    "would_change": _("What you would do differently"),
}
HELP = {
    "title": _("What other partners would search for: “One intake form for four agencies”."),
    "situation": _("What the problem was, and for whom. Write “a customer”, and leave out details that identify one."),
    "did": _("The steps, so that others can do it: who did what, how long it took, what it cost."),
    "result": _("What improved, in numbers if you have them."),
    "would_change": _("What you would leave out, or start earlier."),
}
MONTH_SHAPES = ("%Y-%m", "%m/%Y", "%m-%Y", "%B %Y", "%b %Y", "%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The month input of the browser, or a text input."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m")


class MonthField(forms.DateField):
    """A month, stored as its first day."""

    widget = MonthInput

    def __init__(self, **kwargs: Any) -> None:
        words = {"invalid": _("This is not a month. Write it like 09/2026 or September 2026.")}
        super().__init__(**{"input_formats": MONTH_SHAPES, "error_messages": words} | kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the first day of the month."""
        day = super().to_python(value.strip() if isinstance(value, str) else value)
        return day.replace(day=1) if isinstance(day, date) and not isinstance(day, datetime) else day


class PracticeForm(ConflictForm):
    """A practice. The form asks for confirmation of text that may identify a customer."""

    def __init__(self, *args: Any, area: LocalArea, own: QuerySet[Partnership], **kwargs: Any) -> None:
        fields = model_fields(
            Practice, TOLD, labels=LABELS, help_texts=HELP, field_classes=dict.fromkeys(RICH, RichTextField)
        )
        fields["happened_on"] = MonthField(
            label=_("Month"), help_text=_("The month in which it started or showed results.")
        )
        here = Partnership.objects.current().filter(area=area).select_related("organization")
        here = here.order_by(Lower("organization__name"), "pk")
        fields["partners"] = _checkboxes(here, _("Partners who took part"))
        fields["programs"] = _checkboxes(Program.objects.order_by("position"), _("Programs it is about"))
        fields["topics"] = typed_list(
            Practice._meta.get_field("topics"),
            help_text=_("A few search words, separated by commas."),
        )
        fields["topics"].widget.suggestions = said_in(
            Practice.objects.current().filter(area=area), "topics", map(str, COMMON_TOPICS)
        )
        tellers = list(own)
        if tellers:
            fields["told_by"] = forms.ModelChoiceField(
                own,
                required=False,
                label=_("Shared by"),
                initial=tellers[0].pk if len(tellers) == 1 else None,
                empty_label=_("Only me"),
                help_text=_("Its managers can edit this practice later."),
            )
        super().__init__(*args, fields=fields, **kwargs)
        shown = (plain(self.initial.get(name, "")) for name in TOLD)
        known = {str(finding.words) for finding in find_personal_data(shown)}
        self.found = [one for one in self._findings() if one.words not in known]
        if self.found:
            self.fields["fine"] = forms.MultipleChoiceField(
                choices=[(finding.words, str(finding)) for finding in self.found],
                required=False,
                label=_("Possible personal data"),
                help_text=_(
                    "These may identify a customer. Remove them above, or select what is fine, such as a partner's "
                    "phone number or the name of a staff member."
                ),
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["vouched"] = forms.BooleanField(
            label=_("This text does not identify any customer"),
            help_text=_("No names, no numbers, and no details by which a neighbor would know who it is."),
            error_messages={"required": _("Confirm that the text does not identify any customer.")},
        )

    def _findings(self) -> list[Any]:
        # Without formatting, which could stand between a first name and a last name.
        return find_personal_data(map(plain, typed_within_limits(self, TOLD))) if self.is_bound else []

    def clean_fine(self) -> list[str]:
        """Require confirmation of each finding."""
        fine: list[str] = self.cleaned_data["fine"]
        if len(fine) < len(self.found):
            raise ValidationError(
                gettext("Some words may identify a person. Remove them, or select them to confirm that they are fine.")
            )
        return fine

    @property
    def facts(self) -> dict[str, Any]:
        """Return the values to save, without confirmations."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("fine", "vouched")}

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields grouped under titles."""
        parts = (
            (gettext("Practice"), TOLD),
            (gettext("Month, partners and topics"), ("happened_on", "told_by", "partners", "programs", "topics")),
            (gettext("Privacy check"), ("fine", "vouched")),
        )
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in parts]


def _checkboxes(rows: QuerySet, label: str | Promise) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(rows, required=False, label=label, widget=forms.CheckboxSelectMultiple)


class AdoptionForm(forms.Form):
    """The partner that adopted a practice, since when, and a note."""

    partnership = forms.ModelChoiceField(
        Partnership.objects.none(), label=_("Partner"), empty_label=_("Choose a partner")
    )
    since = forms.DateField(label=_("Since"), help_text=_("The day you started, as well as you know it."))
    note = LongTextField(
        label=_("How you do it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("What you do differently. Do not include personal data of customers."),
    )

    def __init__(self, *args: Any, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked: Any = self.fields["partnership"]
        asked.queryset = partners
        if len(alone := list(partners[:2])) == 1:
            asked.initial, asked.empty_label = alone[0].pk, None
        found = find_personal_data(typed_within_limits(self, ["note"])) if self.is_bound else []
        if found:
            self.fields["fine"] = forms.BooleanField(
                label=_("None of this identifies a customer"),
                help_text=". ".join(str(finding) for finding in found) + ".",
                error_messages={
                    "required": _("Remove these words from the note, or select this box to confirm that they are fine.")
                },
            )
