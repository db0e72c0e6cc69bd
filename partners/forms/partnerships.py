"""Forms for partners: adding one, keeping its facts right."""

from typing import Any

from django import forms

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import LocalArea, Organization, Partnership, Program
from partners.network.partnerships import ORGANIZATION_FACTS

# What staff decide, and what the partner's own manager may put right too.
DECIDED_FACTS = ("status", "since", "ended_on", "framework", "commitment")
KEPT_FACTS = ("local_contact", "local_phone", "local_email", "local_address", "counties_served", "notes")
KEPT_HELP = {
    "local_contact": "Whom to ask for here, if that differs from the rest of the organization.",
    "local_phone": "Shown instead of the organization's number.",
    "local_email": "Shown instead of the organization's address.",
}

FRAMEWORK_HELP = {
    "one_stop": "One-Stop staff give the service for the partner.",
    "hosted": "The partner's own staff give it in a One-Stop center.",
    "external": "People go to the partner; the One-Stop refers them.",
}
COMMITMENT_HELP = {
    "referral": "Customers are referred to one another.",
    "presence": "The partner is in a center on regular days.",
    "colocated": "The partner sits in a center.",
    "linkage": "The partner is reached from the center at once, by phone or video.",
}


def organization_fields() -> dict[str, forms.Field]:
    """Return the fields about an organization, wherever it is a partner."""
    return model_fields(
        Organization,
        ORGANIZATION_FACTS,
        labels={"name": "Name of the organization"},
        help_texts={
            "name": "As it stands on its door, without the area.",
            "short_name": "As people here say it, such as DVR.",
            "website": "Such as https://rehab.example.org",
            "description": "A sentence or two for people who have never heard of them.",
        },
    )


def _decided_fields() -> dict[str, forms.Field]:
    fields = model_fields(
        Partnership,
        DECIDED_FACTS,
        widgets={"framework": forms.RadioSelect, "commitment": forms.RadioSelect},
        help_texts={"ended_on": "Only if the partnership has ended."},
    )
    for name in ("framework", "commitment"):
        choices: Any = fields[name]
        choices.choices = [(value, label if value else "Not said yet") for value, label in choices.choices]
    explain_choices(fields["framework"], FRAMEWORK_HELP)
    explain_choices(fields["commitment"], COMMITMENT_HELP)
    fields["programs"] = ProgramsField()
    return fields


class ProgramsField(forms.ModelMultipleChoiceField):
    """The programs of the law, required ones first, as checkboxes."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"required": False, "label": "Programs it carries", "widget": forms.CheckboxSelectMultiple} | kwargs
        super().__init__(Program.objects.order_by("position"), **given)

    def label_from_instance(self, program: Any) -> str:
        """Return the name with its short form."""
        return f"{program.name} ({program.short_name})" if program.short_name != program.name else str(program.name)


class PartnerForm(ConflictForm):
    """What is known of a partner: of its part in one area, and of the organization for who may change that."""

    def __init__(self, *args: Any, decides: bool, keeps_organization: bool = True, **kwargs: Any) -> None:
        everywhere = organization_fields() if keeps_organization else {}
        decided = _decided_fields() if decides else {}
        fields = everywhere | decided | model_fields(Partnership, KEPT_FACTS, help_texts=KEPT_HELP)
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def organization_fields(self) -> list[forms.BoundField]:
        """The fields about the organization."""
        return [self[name] for name in ORGANIZATION_FACTS if name in self.fields]

    @property
    def area_fields(self) -> list[forms.BoundField]:
        """The fields about its part in the area."""
        return [self[name] for name in self.fields if name not in (*ORGANIZATION_FACTS, "use")]

    @property
    def organization_facts(self) -> dict[str, Any]:
        """What was said about the organization."""
        return self.only(ORGANIZATION_FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said about its part in the area."""
        return self.only((*DECIDED_FACTS, *KEPT_FACTS))


def facts_of(partnership: Partnership) -> dict[str, Any]:
    """Return what a form for a partner shows at first."""
    of_organization = {name: getattr(partnership.organization, name) for name in ORGANIZATION_FACTS}
    of_area = {name: getattr(partnership, name) for name in (*DECIDED_FACTS, *KEPT_FACTS)}
    return of_organization | of_area | {"programs": [link.program_id for link in partnership.program_links.all()]}


class NewPartnerForm(PartnerForm):
    """A partner to be added. Once the name is like that of known organizations, it asks which one is meant."""

    NEW = "new"

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, decides=True, **kwargs)
        self.area = area
        for field in self.fields.values():
            field.show_hidden_initial = False

    def ask_which(self, known: list[Organization]) -> None:
        """Offer the known organizations, and the one that was typed as a new one."""
        typed = str(self.data.get("name", "")).strip()
        same = [organization for organization in known if organization.name.lower() == typed.lower()]
        choices = [(str(organization.pk), organization.name) for organization in known]
        if not same:
            choices.append((self.NEW, f"None of these: add “{typed}” as a new organization"))
        if same and "use" not in self.data:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["use"] = str(same[0].pk)
            self.data = data
        self.fields["use"] = forms.ChoiceField(
            choices=choices,
            widget=forms.RadioSelect,
            label="The organization you mean",
            help_text=f"{self.area.state.name} knows organizations by this name or one like it. "
            "What is known of the one you choose stays as it is.",
            error_messages={"required": "Choose one, so that no organization stands in the directory twice."},
        )
        explain_choices(
            self.fields["use"], {organization.pk: describe(organization, self.area) for organization in known}
        )

    def uses(self, organization: Organization) -> bool:
        """Whether this known organization was chosen."""
        return bool(self.cleaned_data.get("use") == str(organization.pk))


def describe(organization: Organization, area: LocalArea) -> str:
    """Return the state of a known organization; nothing more of it is shown before it is a partner here."""
    here = any(partnership.area_id == area.pk for partnership in organization.partnerships.all())
    return f"{area.state.name} · already a partner here" if here else area.state.name
