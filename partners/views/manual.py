"""Pages of the current manual: contents, chapters, and all on one page."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.live import mark_of
from onestop.ui.navigation import navigation
from partners.context.breadcrumbs import manual_breadcrumbs, manual_query
from partners.context.manual import current_manual
from partners.manual import editions, printing
from partners.manual.contents import Manual
from partners.manual.differences import chapters, in_words
from partners.manual.index import index_of
from partners.models import LocalArea, ManualEdition, Partnership
from partners.network.current_area import enter_area, show_area
from partners.rules import may

PARTS = {
    "centers": gettext_lazy("One-Stop centers and on-site schedules"),
    "programs": gettext_lazy("Programs and their partners"),
    "words": gettext_lazy("Glossary"),
    "index": gettext_lazy("Index"),
}
MOST_ON_ONE_PAGE = 1000  # services; larger pages are too slow on phones


def manual(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the contents, the PDF, the latest edition, and the changes since."""
    area = enter_area(request, slug)
    held = current_manual(request, area)
    latest = ManualEdition.objects.of(area).select_related("issued_by").first()
    # Editions are in English, so that a manual in another language would differ from them everywhere.
    since = [] if held.language else editions.changes_since(latest, held)
    made = printing.current_print(area, held)
    return render(
        request,
        "partners/manual/manual.html",
        {
            "title": _("Resource manual"),
            "area": area,
            "manual": held,
            "query": manual_query(held),
            "variants": variants(held),
            "latest": latest,
            "summary": in_words(since),
            "chapters": chapters(since),
            "made": made,
            "progress": printing.MAKER.progress_of(made) if made else None,
            "interrupted": made is not None and printing.MAKER.is_interrupted(made),
            "fits": len(held.services) <= MOST_ON_ONE_PAGE,
            "may_issue": may(request.user, "partners.issue_manual", area),
        },
    )


def manual_whole(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the whole manual on one page, for searching and printing."""
    area = enter_area(request, slug)
    held = current_manual(request, area)
    if len(held.services) > MOST_ON_ONE_PAGE:
        messages.info(request, _("This manual is too long for one page. Read it by chapter or as a PDF."))
        return redirect(reverse("partners:manual", args=[area.slug]) + manual_query(held))
    context = {"title": gettext_lazy("The manual on one page"), "index": index_of(held), "whole": True}
    return fresh_page(request, "partners/manual/manual_whole.html", area, held, context)


def manual_part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """Show one part of the manual."""
    if part not in PARTS:
        raise Http404("The manual has no such part.")
    area = enter_area(request, slug)
    held = current_manual(request, area)
    context = {"title": PARTS[part], "part": part, "index": index_of(held) if part == "index" else ()}
    return fresh_page(request, "partners/manual/manual_part.html", area, held, context)


def manual_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the chapter of one partner."""
    partnership = get_object_or_404(
        Partnership.objects.visible_to(request.user).select_related("area__state", "organization"), pk=pk
    )
    area = show_area(request, partnership.area)
    held = current_manual(request, area)
    place = next((number for number, partner in enumerate(held.partners) if partner.id == pk), None)
    if place is None:
        raise Http404("The manual has current partners only.")
    around = (None, *held.partners, None)
    context = {
        "title": held.partners[place].name,
        "partner": held.partners[place],
        "before": around[place],
        "after": around[place + 2],
    }
    return fresh_page(request, "partners/manual/manual_partner.html", area, held, context)


# ---------------------------------------------------------------- Shared


def variants(held: Manual) -> list[dict[str, Any]]:
    """Return the tabs of the versions of the manual."""
    network, public = (manual_query(replace(held, variant=each)) or "?" for each in ("network", "public"))
    return [
        {"label": _("Network version"), "url": network, "current": not held.is_public},
        {"label": _("Public version"), "url": public, "current": held.is_public},
    ]


def fresh_page(
    request: HttpRequest, template: str, area: LocalArea, held: Manual, context: dict[str, Any]
) -> HttpResponse:
    """Return a page of the manual, or 304 if the browser has the current one."""
    mark = page_mark(request, held)
    answer = get_conditional_response(request, etag=mark) if mark else None
    if not isinstance(answer, HttpResponse):
        shared = {"area": area, "manual": held, "query": manual_query(held), "crumbs": manual_breadcrumbs(area, held)}
        answer = render(request, template, {**shared, **context})
    if mark:
        answer["ETag"] = mark
        patch_cache_control(answer, private=True, no_cache=True)
    return answer


def page_mark(request: HttpRequest, held: Manual) -> str | None:
    """Return an ETag for everything that the page shows; None if there are messages to show."""
    if len(messages.get_messages(request)):
        return None
    # The forms of a page that is kept are good only as long as the session's secret, and what htmx does as its mark.
    get_token(request)
    nav, theme = (navigation(request)[name] for name in ("nav", "theme"))
    shown = (
        held.digest(),
        held.as_of,
        theme,
        request.META.get("CSRF_COOKIE"),
        mark_of(request),
        request.get_full_path(),
        str(nav.user),
        list(nav.groups),
        nav.area_links,
        nav.person,
        static("app.css"),
        static("app.js"),
        templates_fingerprint(),
    )
    return quote_etag(hashlib.sha256(repr(shown).encode()).hexdigest())


@cache
def templates_fingerprint() -> str:
    """Return a hash of the templates, so that a new release changes the ETags."""
    folder = Path(settings.BASE_DIR) / "templates"
    mark = hashlib.sha256()
    for path in sorted(folder.rglob("*.html")):
        mark.update(path.read_bytes())
    return mark.hexdigest()
