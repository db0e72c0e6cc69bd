"""The history page of an object."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from onestop.history.reading import changes_of

PER_PAGE = 20


def history_page(
    request: HttpRequest,
    thing: models.Model,
    *,
    links: Iterable[str | models.QuerySet] = (),
    name: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
    **context: Any,
) -> HttpResponse:
    """Return the page of changes of an object, newest first; everyone who can see the object can see its history."""
    page = Paginator(changes_of(thing, links), PER_PAGE).get_page(request.GET.get("page"))
    own = {"title": _("History of %(name)s") % {"name": name or str(thing)}, "here": _("History")}
    return render(request, "history/history.html", own | {"thing": thing, "page": page, "crumbs": crumbs} | context)
