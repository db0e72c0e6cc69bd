"""The form for an organization by itself."""

from typing import Any

from partners.forms.careful import CarefulForm
from partners.forms.partnerships import ORGANIZATION_FACTS, organization_fields
from partners.models import Organization


class OrganizationForm(CarefulForm):
    """What is known of an organization in every area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=organization_fields(), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said about the organization."""
        return self.only(ORGANIZATION_FACTS)


def facts_of(organization: Organization) -> dict[str, Any]:
    """Return what a form for an organization shows at first."""
    return {name: getattr(organization, name) for name in ORGANIZATION_FACTS}
