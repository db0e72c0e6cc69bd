"""The notifications about an object, as staff see them on its page."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from onestop.notices import delivery_stats
from onestop.notices.models import name_of
from partners.rules import may


def notice_log(request: HttpRequest, thing: Model, *, area: Any) -> dict[str, Any]:
    """Return the context of ``notices/_told.html``; nothing for users who are not staff of the area."""
    if not may(request.user, "partners.see_told", area):
        return {"told": None}
    return {"told": delivery_stats.notice_log_of(thing), "told_url": list_of(thing, area)}


def list_of(thing: Model, area: Any) -> str:
    """Return the URL of the list of all notices about an object."""
    return reverse("partners:notice_list", args=[area.slug], query={"about": name_of(thing)})
