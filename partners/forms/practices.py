"""Forms for practices: telling one, and saying that one does it too."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields, typed_within_limits
from onestop.editing.personal_data import find_personal_data
from onestop.editing.typed_lists import said_in, typed_list
from partners.models import LocalArea, Partnership, Practice, Program

TOLD = ("title", "situation", "did", "result", "would_change")
COMMON_TOPICS = (
    "Intake and referral", "Co-enrollment", "Braided funding", "Employers", "Agreements", "Co-location",
    "Accommodations", "Youth", "Reentry", "Training of staff",
)  # fmt: skip
LABELS = {
    "title": "In one line",
    "situation": "The situation",
    "did": "What you did",
    "result": "What came of it",
    "would_change": "What you would do differently",
}
HELP = {
    "title": "What another partner would look for: “One intake form for four agencies”.",
    "situation": "What was in the way, and for whom. Write of “a customer”, never of one who can be recognized.",
    "did": "Step by step, so that somebody else can do it. Who did what, how long it took, what it cost.",
    "result": "What became better, in numbers if you have them.",
    "would_change": "What you would leave out, or begin earlier.",
}
MONTH_SHAPES = ("%Y-%m", "%m/%Y", "%m-%Y", "%B %Y", "%b %Y", "%Y-%m-%d")


class MonthInput(forms.DateInput):
    """A browser's own input for a month, or a line where it has none."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m")


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    widget = MonthInput

    def __init__(self, **kwargs: Any) -> None:
        words = {"invalid": "This is not a month that we can read. Write it like 09/2026 or September 2026."}
        super().__init__(**{"input_formats": MONTH_SHAPES, "error_messages": words} | kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the first day of what was typed."""
        day = super().to_python(value.strip() if isinstance(value, str) else value)
        return day.replace(day=1) if isinstance(day, date) and not isinstance(day, datetime) else day


class PracticeForm(ConflictForm):
    """What worked, told for others. It looks for what may lead to a customer, and asks before it lets that through."""

    def __init__(self, *args: Any, area: LocalArea, own: QuerySet[Partnership], **kwargs: Any) -> None:
        fields = model_fields(Practice, TOLD, labels=LABELS, help_texts=HELP)
        fields["happened_on"] = MonthField(
            label="When", help_text="The month in which it began, or in which it bore fruit."
        )
        here = Partnership.objects.current().filter(area=area).select_related("organization")
        here = here.order_by(Lower("organization__name"), "pk")
        fields["partners"] = _ticked(here, "Partners who took part")
        fields["programs"] = _ticked(Program.objects.order_by("position"), "Programs it is about")
        fields["topics"] = typed_list(
            Practice._meta.get_field("topics"),
            help_text="A few words by which others find it, with commas between them.",
        )
        fields["topics"].widget.suggestions = said_in(
            Practice.objects.current().filter(area=area), "topics", COMMON_TOPICS
        )
        tellers = list(own)
        if tellers:
            fields["told_by"] = forms.ModelChoiceField(
                own,
                required=False,
                label="Told by",
                initial=tellers[0].pk if len(tellers) == 1 else None,
                empty_label="Nobody but me",
                help_text="Its managers can keep this right later.",
            )
        super().__init__(*args, fields=fields, **kwargs)
        known = {str(finding.words) for finding in find_personal_data(str(self.initial.get(name, "")) for name in TOLD)}
        self.found = [one for one in self._findings() if one.words not in known]
        if self.found:
            self.fields["fine"] = forms.MultipleChoiceField(
                choices=[(finding.words, str(finding)) for finding in self.found],
                required=False,
                label="Look at these once more",
                help_text="They may lead to a customer. Take them out above, or tick what is fine: a partner's own "
                "number, somebody who works here.",
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["vouched"] = forms.BooleanField(
            label="No customer can be recognized from this",
            help_text="No names, no numbers, and no detail by which a neighbor would know who it is.",
            error_messages={"required": "Tick it once you have made sure that no customer can be recognized."},
        )

    def _findings(self) -> list[Any]:
        return find_personal_data(typed_within_limits(self, TOLD)) if self.is_bound else []

    def clean_fine(self) -> list[str]:
        """Ask for a word on each finding."""
        fine: list[str] = self.cleaned_data["fine"]
        if len(fine) < len(self.found):
            raise ValidationError(
                "Some words look as if they lead to a person. Take them out, or tick that they are fine."
            )
        return fine

    @property
    def facts(self) -> dict[str, Any]:
        """What was told, without the ticks."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("fine", "vouched")}

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their names."""
        parts = (
            ("What worked", TOLD),
            ("When, who, and about what", ("happened_on", "told_by", "partners", "programs", "topics")),
            ("Before others read it", ("fine", "vouched")),
        )
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in parts]


def _ticked(rows: QuerySet, label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(rows, required=False, label=label, widget=forms.CheckboxSelectMultiple)


class AdoptionForm(forms.Form):
    """Who does it too, since when, and how."""

    partnership = forms.ModelChoiceField(
        Partnership.objects.none(), label="Who does it too", empty_label="Choose a partner"
    )
    since = forms.DateField(label="Since", help_text="The day on which it began, as well as you know it.")
    note = forms.CharField(
        label="How you do it",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="What is different at your place. No customer's personal data.",
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
                label="None of this leads to a customer",
                help_text=". ".join(str(finding) for finding in found) + ".",
                error_messages={"required": "Take these words out of the note, or tick that they are fine."},
            )
