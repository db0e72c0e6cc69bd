"""The statement of values of an area as pages show it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import ValuesStatement
from partners.models import LocalArea


def statement_in_force(area: LocalArea) -> ValuesStatement | None:
    """Return the statement that holds in an area today."""
    rows = ValuesStatement.objects.in_force(area, timezone.localdate())
    return rows.select_related("group", "area").first()


def get_draft(request: HttpRequest, area: LocalArea) -> ValuesStatement | None:
    """Return the draft of an area, if there is one that the user may see."""
    rows = ValuesStatement.objects.visible_to(request.user).filter(area=area, adopted_on=None)
    return rows.select_related("area").first()


def values_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the shared values."""
    return [(_("Shared values"), reverse("meetings:values_detail", args=[area.slug]))]
