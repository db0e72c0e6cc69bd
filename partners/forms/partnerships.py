"""Forms to add and edit partners."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import LocalArea, Organization, Partnership, Program
from partners.network.partnerships import ORGANIZATION_FACTS

# Details that only staff decide, and details that the partner's managers may also edit.
APPROVAL_FACTS = ("board_approved_on", "official_approved_on", "official", "approval_source")
DECIDED_FACTS = ("status", "since", "ended_on", "framework", "commitment", *APPROVAL_FACTS)
APPROVAL_HELP = {
    "official": _("Name and office. Example: Mayor Ann Example."),
    "approval_source": _("Example: “Board minutes of Mar 12, 2026, item 4”."),
}
KEPT_FACTS = ("local_contact", "local_phone", "local_email", "local_address", "counties_served", "notes")
KEPT_HELP = {
    "local_contact": _("Person or office to ask for in this area, if different from the rest of the organization."),
    "local_phone": _("Shown instead of the organization's phone number."),
    "local_email": _("Shown instead of the organization's email address."),
}

FRAMEWORK_HELP = {
    "one_stop": _("One-Stop staff provide the services for the partner."),
    "hosted": _("The partner's own staff provide them in a One-Stop center."),
    "external": _("The One-Stop refers people to the partner."),
}
COMMITMENT_HELP = {
    "referral": _("The partner and the One-Stop refer customers to each other."),
    "presence": _("Partner staff are in a center on regular days."),
    "colocated": _("Partner staff are based in a center."),
    "linkage": _("Partner staff are available to people in the center without delay, by phone or video."),
}


def organization_fields() -> dict[str, forms.Field]:
    """Return the fields of an organization, which all its areas share."""
    return model_fields(
        Organization,
        ORGANIZATION_FACTS,
        labels={"name": _("Organization name")},
        help_texts={
            "name": _("The name it uses in public, without the name of the area."),
            "short_name": _("What people here call it. Example: DVR."),
            "website": _("Example: https://rehab.example.org"),
            "description": _("One or two sentences for people who do not know the organization."),
        },
    )


def _decided_fields() -> dict[str, forms.Field]:
    fields = model_fields(
        Partnership,
        DECIDED_FACTS,
        widgets={"framework": forms.RadioSelect, "commitment": forms.RadioSelect},
        help_texts={"ended_on": _("Only if the partnership has ended."), **APPROVAL_HELP},
    )
    for name in ("framework", "commitment"):
        choices: Any = fields[name]
        choices.choices = [(value, label if value else _("Not provided")) for value, label in choices.choices]
    explain_choices(fields["framework"], FRAMEWORK_HELP)
    explain_choices(fields["commitment"], COMMITMENT_HELP)
    fields["programs"] = ProgramsField()
    return fields


class ProgramsField(forms.ModelMultipleChoiceField):
    """Checkboxes for programs, required ones first."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"required": False, "label": _("Programs"), "widget": forms.CheckboxSelectMultiple} | kwargs
        super().__init__(Program.objects.order_by("position"), **given)

    def label_from_instance(self, program: Any) -> str:
        """Return the name with its short name."""
        return f"{program.name} ({program.short_name})" if program.short_name != program.name else str(program.name)


class PartnerForm(ConflictForm):
    """The details of a partner in one area, and of its organization for those who may edit it."""

    def __init__(self, *args: Any, decides: bool, keeps_organization: bool = True, **kwargs: Any) -> None:
        everywhere = organization_fields() if keeps_organization else {}
        decided = _decided_fields() if decides else {}
        fields = everywhere | decided | model_fields(Partnership, KEPT_FACTS, help_texts=KEPT_HELP)
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def organization_fields(self) -> list[forms.BoundField]:
        """The fields of the organization."""
        return [self[name] for name in ORGANIZATION_FACTS if name in self.fields]

    @property
    def area_fields(self) -> list[forms.BoundField]:
        """The fields of the partnership in the area."""
        return [self[name] for name in self.fields if name not in (*ORGANIZATION_FACTS, *APPROVAL_FACTS, "use")]

    @property
    def approval_fields(self) -> list[forms.BoundField]:
        """The fields of the approval as an additional partner."""
        return [self[name] for name in APPROVAL_FACTS if name in self.fields]

    @property
    def organization_facts(self) -> dict[str, Any]:
        """The entered details of the organization."""
        return self.only(ORGANIZATION_FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The entered details of the partnership in the area."""
        return self.only((*DECIDED_FACTS, *KEPT_FACTS))


def facts_of(partnership: Partnership) -> dict[str, Any]:
    """Return the initial values of a form for a partner."""
    of_organization = {name: getattr(partnership.organization, name) for name in ORGANIZATION_FACTS}
    of_area = {name: getattr(partnership, name) for name in (*DECIDED_FACTS, *KEPT_FACTS)}
    return of_organization | of_area | {"programs": [link.program_id for link in partnership.program_links.all()]}


class NewPartnerForm(PartnerForm):
    """A new partner. If known organizations have a similar name, the form asks which one is meant."""

    NEW = "new"

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, decides=True, **kwargs)
        self.area = area
        for field in self.fields.values():
            field.show_hidden_initial = False

    def ask_which(self, known: list[Organization]) -> None:
        """Offer the known organizations, and a new one with the entered name."""
        typed = str(self.data.get("name", "")).strip()
        same = [organization for organization in known if organization.name.lower() == typed.lower()]
        choices = [(str(organization.pk), organization.name) for organization in known]
        if not same:
            new = gettext("None of these. Add “%(name)s” as a new organization.") % {"name": typed}
            choices.append((self.NEW, new))
        if same and "use" not in self.data:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["use"] = str(same[0].pk)
            self.data = data
        self.fields["use"] = forms.ChoiceField(
            choices=choices,
            widget=forms.RadioSelect,
            label=_("Which organization do you mean?"),
            help_text=gettext(
                "%(state)s already has organizations with this name or a similar one. If you choose one of them, its "
                "details do not change."
            )
            % {"state": self.area.state.name},
            error_messages={"required": _("Choose an organization, so that it is not added twice.")},
        )
        explain_choices(
            self.fields["use"], {organization.pk: describe(organization, self.area) for organization in known}
        )

    def uses(self, organization: Organization) -> bool:
        """Return whether this known organization was chosen."""
        return bool(self.cleaned_data.get("use") == str(organization.pk))


def describe(organization: Organization, area: LocalArea) -> str:
    """Return the state of a known organization; no other details are shown before it is a partner in the area."""
    here = any(partnership.area_id == area.pk for partnership in organization.partnerships.all())
    return gettext("%(state)s, already a partner here") % {"state": area.state.name} if here else area.state.name
