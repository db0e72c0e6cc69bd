"""Forms to edit an organization, or to propose a change to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from partners.forms.partnerships import organization_fields
from partners.models import Organization
from partners.network.partnerships import ORGANIZATION_FACTS


class OrganizationForm(ConflictForm):
    """The details of an organization, which all its areas share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=organization_fields(), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The entered details of the organization."""
        return self.only(ORGANIZATION_FACTS)


class OrganizationProposalForm(OrganizationForm):
    """A proposed change to an organization by somebody in one of its areas, and the reason for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = LongTextField(
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            label=_("How do you know?"),
            help_text=_("One or two sentences for the person who decides."),
            error_messages={"required": _("Explain how you know. The person who decides will read it.")},
            show_hidden_initial=True,
        )


def facts_of(organization: Organization) -> dict[str, Any]:
    """Return the initial values of a form for an organization."""
    return {name: getattr(organization, name) for name in ORGANIZATION_FACTS}
