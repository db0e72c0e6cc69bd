"""What staff see on the page of a thing: who was told about it, and what became of that."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from onestop.notices import delivery_stats
from onestop.notices.models import name_of
from partners.rules import may


def notice_log(request: HttpRequest, thing: Model, *, area: Any) -> dict[str, Any]:
    """Return for ``notices/_told.html`` who was told about a thing; nothing for who is not staff of its area."""
    if not may(request.user, "partners.see_told", area):
        return {"told": None}
    return {"told": delivery_stats.notice_log_of(thing), "told_url": list_of(thing, area)}


def list_of(thing: Model, area: Any) -> str:
    """Return where all that was told about a thing is listed."""
    return reverse("partners:notice_list", args=[area.slug], query={"about": name_of(thing)})
