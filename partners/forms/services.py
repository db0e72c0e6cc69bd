"""The form for a service, in the words of whoever gives it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import choices_field, model_fields
from onestop.editing.typed_lists import said_in, typed_list
from partners.models import Center, Location, Partnership, Program, Service

COMMON_LANGUAGES = (
    "English",
    "Spanish",
    "American Sign Language",
    "Vietnamese",
    "Chinese",
    "Arabic",
    "Somali",
    "Russian",
)

LABELS = {
    "name": "Name of the service",
    "kind": "Kind of service",
    "description": "What it is",
    "audience": "Whom it serves",
    "eligibility": "Who qualifies",
    "documents": "What to bring",
    "cost": "What it costs",
    "how_to_get_in": "How to get in",
    "wait_time": "Usual wait",
    "phone": "Whom to call",
    "website": "Website",
    "hours": "Days and hours",
    "is_public": "Show it in the public directory",
}
HELP = {
    "name": "As a job seeker would say it: “Help with your résumé”, not “RWS-2”.",
    "kind": "By the law's career services, or what partners give besides. Leave it open if you are not sure.",
    "description": "Two or three sentences: what happens, and what people have at the end.",
    "audience": "Such as “Adults without a high school diploma”.",
    "eligibility": "What people must meet, and what they need not. “You need not be on benefits” helps as much.",
    "documents": "Such as “Photo ID, Social Security card, last two pay stubs”. Leave it empty if nothing is needed.",
    "cost": "Such as “Free”, or “$20 for the test”.",
    "how_to_get_in": "The first step, in plain words: walk in, call, or be referred, and by whom.",
    "wait_time": "Such as “About two weeks”.",
    "phone": "A number that somebody answers, and whom to ask for: “(555) 010-0142, ask for intake”.",
    "website": "Such as https://rehab.example.org",
    "hours": "Such as “Mon to Thu, 8:30 AM to 4:30 PM; Tue until 7:00 PM”.",
    "is_public": "Job seekers find it without an account. Leave it out if only partners should know of it.",
}
LISTS_HELP = {
    "languages": "With commas between them: English, Spanish.",
    "keywords": "Other words that people look for, with commas between them: GED, diploma, adult school.",
    "funding_sources": "Who pays for it, with commas between them: WIOA Title II, county general fund.",
}


@dataclass(frozen=True)
class Section:
    """Some fields under one name."""

    id: str
    title: str
    names: tuple[str, ...]


SECTIONS = (
    Section("what", "What it is", ("name", "kind", "description", "keywords")),
    Section("whom", "For whom", ("audience", "groups", "eligibility", "documents", "cost")),
    Section("way-in", "How to get in", ("how_to_get_in", "wait_time", "phone", "email", "website")),
    Section("where", "When and where", ("hours", "modes", "centers", "locations")),
    Section("access", "Languages and accommodations", ("languages", "accommodations")),
    Section("money", "Programs and funding", ("programs", "funding_sources")),
    Section("seen", "Who sees it", ("is_public", "confirm")),
)


class ServiceForm(ConflictForm):
    """Everything that is written about a service; ``confirm`` says that the rest is still right, too."""

    def __init__(self, *args: Any, partnership: Partnership, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, fields=_fields(partnership, is_new=is_new), **kwargs)

    @property
    def sections(self) -> list[tuple[Section, list[forms.BoundField], int]]:
        """The fields under their names, and how many of each part want putting right."""
        parts = ((section, [self[name] for name in section.names if name in self.fields]) for section in SECTIONS)
        return [(section, fields, sum(bool(field.errors) for field in fields)) for section, fields in parts]

    @property
    def facts(self) -> dict[str, Any]:
        """What was written, without whether the rest is right."""
        return {name: value for name, value in self.cleaned_data.items() if name != "confirm"}


def _fields(partnership: Partnership, *, is_new: bool) -> dict[str, forms.Field]:
    plain = [name for section in SECTIONS for name in section.names if name in {field.name for field in _plain()}]
    fields = model_fields(Service, plain, labels=LABELS, help_texts=HELP)
    here = Service.objects.current().filter(partnership__area=partnership.area_id)
    for name, also in (("languages", COMMON_LANGUAGES), ("keywords", ()), ("funding_sources", ())):
        fields[name] = typed_list(Service._meta.get_field(name), help_text=LISTS_HELP[name])
        fields[name].widget.suggestions = said_in(here, name, also)
    fields["groups"] = choices_field(
        Service.Group, "Made for", help_text="By these people narrow down what they find. Only those it is made for."
    )
    fields["modes"] = choices_field(Service.Mode, "How it is given")
    fields["accommodations"] = choices_field(
        Service.Accommodation, "Accommodations", help_text="What you can arrange when somebody asks for it."
    )
    fields["programs"] = _ticked(
        Program.objects.order_by("position"), "Programs", "Programs that carry this service or pay for it."
    )
    fields["centers"] = _ticked(
        Center.objects.current().filter(area=partnership.area_id).order_by(Lower("name"), "pk"),
        "At these One-Stop centers",
        "Only where you give it, not where people are referred from.",
    )
    fields["locations"] = _ticked(
        Location.objects.current()
        .filter(Q(partnership=None) | Q(partnership=partnership), organization=partnership.organization_id)
        .order_by(Lower("name"), "pk"),
        "At the partner's own locations",
        "",
    )
    fields["confirm"] = (
        forms.BooleanField(
            required=False, initial=True, label="All of this is right today", help_text="It then counts as confirmed."
        )
        if is_new
        else forms.BooleanField(
            required=False,
            label="And the rest is still right",
            help_text="Tick it only if you have looked at all of it. It then counts as confirmed today.",
        )
    )
    # Where there is nothing to choose from, nothing is asked.
    empty = {name for name in ("centers", "locations") if not fields[name].queryset.exists()}  # type: ignore[attr-defined]
    return {name: fields[name] for section in SECTIONS for name in section.names if name not in empty}


def _plain() -> list[Any]:
    listed = {"languages", "keywords", "funding_sources", "groups", "modes", "accommodations"}
    return [field for field in Service._meta.concrete_fields if field.editable and field.name not in listed]


def _ticked(rows: QuerySet, label: str, help_text: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        rows, required=False, label=label, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


class WhoseServiceForm(forms.Form):
    """Asks whose service is to be added, of somebody who keeps the services of a whole area."""

    partner = forms.ModelChoiceField(
        Partnership.objects.none(), label="Which partner gives it?", empty_label="Choose a partner"
    )

    def __init__(self, *args: Any, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
