"""The current manual of an area."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from onestop.ops.languages import IN_ADDRESS
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualPrint


def current_manual(request: HttpRequest, area: LocalArea) -> Manual:
    """Return the current manual in the requested version and language.

    What people wrote, such as the text of a service, is in the language in which they wrote it.
    """
    language = manual_language(request)
    with translation.override(language):
        manual = gather(area, today=timezone.localdate())
    if language != settings.LANGUAGE_CODE:
        manual = replace(manual, language=language)
    version = request.POST.get("for") or request.GET.get("for")
    return manual.for_public() if version == ManualPrint.Variant.PUBLIC else manual


def manual_language(request: HttpRequest) -> str:
    """Return the language of the manual that the page asks for; that of the browser does not count."""
    asked = request.POST.get(IN_ADDRESS) or request.GET.get(IN_ADDRESS) or ""
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
