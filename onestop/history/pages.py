"""The history page that every thing of the network has."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
    """Answer with what changed in a thing, newest first; whoever sees the thing sees its history."""
    page = Paginator(changes_of(thing, links), PER_PAGE).get_page(request.GET.get("page"))
    name = name or str(thing)
    given = {"title": f"History of {name}", "here": "History", "thing": thing, "page": page, "crumbs": crumbs}
    return render(request, "history/history.html", given | context)
