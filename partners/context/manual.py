"""The manual of a page."""

from django.http import HttpRequest
from django.utils import timezone

from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualPrint


def current_manual(request: HttpRequest, area: LocalArea) -> Manual:
    """Return the current manual in the requested version."""
    held = gather(area, today=timezone.localdate())
    asked = request.POST.get("for") or request.GET.get("for")
    return held.for_public() if asked == ManualPrint.Variant.PUBLIC else held
