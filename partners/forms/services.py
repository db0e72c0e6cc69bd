"""The forms of a service."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.languages import LanguagesField
from onestop.editing.model_fields import choices_field, model_fields
from onestop.editing.typed_lists import TypedListField, said_in, typed_list
from partners.models import Center, Location, Partnership, Program, Service

CONFIRM_LABEL = _("All other details are still correct")
CONFIRM_HELP = _("Select this only if you have reviewed every detail. The service then counts as confirmed today.")
COMMON_LANGUAGES = (
    "English",
    "Spanish",
    "American Sign Language",  # no translation: stored as typed
    "Vietnamese",
    "Chinese",
    "Arabic",
    "Somali",
    "Russian",
)

LABELS = {
    "name": _("Service name"),
    "kind": _("Kind of service"),
    "description": _("Description"),
    "audience": _("Who it serves"),
    "eligibility": _("Who qualifies"),
    "documents": _("What to bring"),
    "cost": _("Cost"),
    "how_to_get_in": _("How to get in"),
    "wait_time": _("Usual wait"),
    "phone": _("Phone"),
    "website": _("Website"),
    "hours": _("Days and hours"),
    "is_public": _("Show in the public directory"),
    "is_paused": _("Temporarily closed"),
    "paused_note": _("Until when, or why"),
    "notes": _("Notes for colleagues"),
}
HELP = {
    "name": _("Use words a job seeker would use: “Help with your résumé”, not “RWS-2”."),
    "kind": _("A WIOA career service, or another kind of service. Leave it blank if you are not sure."),
    "description": _("Two or three sentences: what happens, and what people get."),
    "audience": _("Example: “Adults without a high school diploma”."),
    "eligibility": _("What people must meet, and what is not required. Example: “You do not need to be on benefits.”"),
    "documents": _(
        "Example: “Photo ID, Social Security card, last two pay stubs”. Leave it blank if nothing is needed."
    ),
    "cost": _("Example: “Free” or “$20 for the test”."),
    "how_to_get_in": _("The first step: walk in, call, or be referred, and by whom."),
    "wait_time": _("Example: “About two weeks”."),
    "phone": _("A number that is answered, and who to ask for. Example: “(555) 010-0142, ask for intake”."),
    "website": _("Example: https://rehab.example.org"),
    "hours": _("Example: “Mon to Thu, 8:30 AM to 4:30 PM; Tue until 7:00 PM”."),
    "is_paused": _("It stays in lists and search, and says that it is closed for now."),
    "paused_note": _("Example: “Until March 3” or “No instructor yet”. Everyone sees it while the service is closed."),
    "notes": _("For people who edit this service: who keeps it, what to check. Never shown to the public."),
    "is_public": _("Select this if job seekers should find it without an account. Otherwise only partners see it."),
}
LISTS_HELP = {
    "languages": _("Separate with commas: English, Spanish."),
    "keywords": _("Other words people search for, separated by commas: GED, diploma, adult school."),
    "funding_sources": _("Who pays for it, separated by commas: WIOA Title II, county general fund."),
}


@dataclass(frozen=True)
class Section:
    """A titled group of fields."""

    id: str
    title: str | Promise
    names: tuple[str, ...]


SECTIONS = (
    Section("what", _("What it is"), ("name", "kind", "description", "keywords")),
    Section("whom", _("Who it is for"), ("audience", "groups", "eligibility", "documents", "cost")),
    Section("way-in", _("How to get in"), ("how_to_get_in", "wait_time", "phone", "email", "website")),
    Section("where", _("When and where"), ("hours", "is_paused", "paused_note", "modes", "centers", "locations")),
    Section("access", _("Languages and accommodations"), ("languages", "accommodations")),
    Section("money", _("Programs and funding"), ("programs", "funding_sources")),
    Section("seen", _("Visibility and confirmation"), ("is_public", "notes", "confirm")),
)


class ServiceForm(ConflictForm):
    """All details of a service; ``confirm`` confirms that they are correct."""

    def __init__(self, *args: Any, partnership: Partnership, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, fields=_fields(partnership, is_new=is_new), **kwargs)

    @property
    def sections(self) -> list[tuple[Section, list[forms.BoundField], int]]:
        """The sections with their fields, and the number of fields with errors in each."""
        parts = ((section, [self[name] for name in section.names if name in self.fields]) for section in SECTIONS)
        return [(section, fields, sum(bool(field.errors) for field in fields)) for section, fields in parts]

    @property
    def facts(self) -> dict[str, Any]:
        """The details of the service, without the confirmation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "confirm"}


def _fields(partnership: Partnership, *, is_new: bool) -> dict[str, forms.Field]:
    plain = [name for section in SECTIONS for name in section.names if name in {field.name for field in _plain()}]
    fields = model_fields(Service, plain, labels=LABELS, help_texts=HELP)
    here = Service.objects.current().filter(partnership__area=partnership.area_id)
    for name, also in (("languages", COMMON_LANGUAGES), ("keywords", ()), ("funding_sources", ())):
        kind = LanguagesField if name == "languages" else TypedListField
        fields[name] = typed_list(Service._meta.get_field(name), kind, help_text=LISTS_HELP[name])
        fields[name].widget.suggestions = said_in(here, name, also)
    fields["groups"] = choices_field(
        Service.Group,
        _("Groups served"),
        help_text=_("People filter search results by group. Select only groups the service is designed for."),
    )
    fields["modes"] = choices_field(Service.Mode, _("How it is offered"))
    fields["accommodations"] = choices_field(
        Service.Accommodation, _("Accommodations"), help_text=_("What you can arrange on request.")
    )
    fields["programs"] = _checkboxes(
        Program.objects.order_by("position"),
        label=_("Programs"),
        help_text=_("Programs that provide or fund this service."),
    )
    fields["centers"] = _checkboxes(
        Center.objects.current().filter(area=partnership.area_id).order_by(Lower("name"), "pk"),
        label=_("One-Stop centers"),
        help_text=_("Select only centers where you offer it, not centers that refer people to it."),
    )
    fields["locations"] = _checkboxes(
        Location.objects.current()
        .filter(Q(partnership=None) | Q(partnership=partnership), organization=partnership.organization_id)
        .order_by(Lower("name"), "pk"),
        label=_("Partner locations"),
    )
    if is_new:
        fields["is_public"].initial = False
    fields["confirm"] = (
        forms.BooleanField(
            required=False,
            label=_("All details are correct today"),
            help_text=_("The service then counts as confirmed."),
        )
        if is_new
        else forms.BooleanField(
            required=False,
            label=CONFIRM_LABEL,
            help_text=CONFIRM_HELP,
        )
    )
    # Leave out fields without any choices.
    empty = {name for name in ("centers", "locations") if not fields[name].queryset.exists()}  # type: ignore[attr-defined]
    return {name: fields[name] for section in SECTIONS for name in section.names if name not in empty}


def _plain() -> list[Any]:
    listed = {"languages", "keywords", "funding_sources", "groups", "modes", "accommodations"}
    return [field for field in Service._meta.concrete_fields if field.editable and field.name not in listed]


def _checkboxes(rows: QuerySet, **labels: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(rows, required=False, widget=forms.CheckboxSelectMultiple, **labels)


class WhoseServiceForm(forms.Form):
    """Asks staff of an area for the partner of a new service."""

    partner = forms.ModelChoiceField(
        Partnership.objects.none(), label=_("Partner that provides the service"), empty_label=_("Choose a partner")
    )

    def __init__(self, *args: Any, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
