"""The current manual of an area."""

from django.http import HttpRequest
from django.utils import timezone

from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualPrint


def current_manual(request: HttpRequest, area: LocalArea) -> Manual:
    """Return the current manual in the requested version."""
    manual = gather(area, today=timezone.localdate())
    version = request.POST.get("for") or request.GET.get("for")
    return manual.for_public() if version == ManualPrint.Variant.PUBLIC else manual
