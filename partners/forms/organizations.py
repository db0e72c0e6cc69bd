"""The form for an organization by itself."""

from typing import Any

from django import forms

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from partners.forms.partnerships import organization_fields
from partners.models import Organization
from partners.network.partnerships import ORGANIZATION_FACTS


class OrganizationForm(ConflictForm):
    """What is known of an organization in every area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=organization_fields(), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said about the organization."""
        return self.only(ORGANIZATION_FACTS)


class OrganizationProposalForm(OrganizationForm):
    """What an organization should say, by somebody of one of its areas, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = LongTextField(
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            label="How do you know?",
            help_text="One or two sentences for whoever decides.",
            error_messages={"required": "Say in a sentence how you know. Whoever decides reads it."},
            show_hidden_initial=True,
        )


def facts_of(organization: Organization) -> dict[str, Any]:
    """Return what a form for an organization shows at first."""
    return {name: getattr(organization, name) for name in ORGANIZATION_FACTS}
