"""The public directory: find a service without an account.

These pages contain public data only, set no cookie, and may be cached for a minute.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.context.unanswered import count_finished, count_if_unanswered, is_unanswered
from partners.glossary.term_matcher import lexicon_of
from partners.models import Center, LocalArea, Presence, Service, State
from partners.network.current_area import show_public_area
from partners.network.public_links import public_links_of
from partners.network.public_pages import enter_public_area, public
from partners.schedule.closings import closed_on
from partners.schedule.weeks import still_to_come
from partners.search import area_finder, facets, filter_panel, no_results, qr_codes, queries
from partners.search.question import Question, read_question
from partners.search.results import answer, answers, by_place, centers_today, shown_services
from partners.search.said_words import words_of
from partners.search.understanding import near_words

A_PAGE = 15
ON_PAPER = 100  # services printed at once
BACK, BACK_TO_ALL = "back", "back_to_all"  # carry the search in links from results to a service
IN_SPANISH = "En español"  # no translation: for people who read Spanish
LONGEST_SEARCH = 1000  # characters of a query string


# ---------------------------------------------------------------- Searching
@public
def directory(request: HttpRequest) -> HttpResponse:
    """Search all areas, or choose one; redirect to the area if there is only one."""
    states = area_finder.states_with_areas()
    number = sum(state.number for state in states)  # type: ignore[attr-defined]
    if number == 1:
        [area] = area_finder.all_areas()
        query = request.GET.urlencode()
        return redirect(reverse("partners:directory_area", args=[area.slug]) + (f"?{query}" if query else ""))
    return _search(request, None, _areas_to_choose(request, states, is_short=number <= area_finder.FEW))


def _areas_to_choose(request: HttpRequest, states: list[State], *, is_short: bool) -> dict[str, Any]:
    """Return the areas of which people choose one: all if they are few, else those of a state or near a place."""
    where, code = request.GET.get("where", "").strip(), request.GET.get("state", "")
    chosen = next((state for state in states if state.code == code.upper()), None)
    context: dict[str, Any] = {"where": where, "states": states, "state": chosen, "is_short": is_short}
    if where:
        return context | {"areas": area_finder.areas_near(where)}
    if chosen:
        return context | {"areas": area_finder.areas_of(chosen.code)}
    return context | {"areas": area_finder.Found(area_finder.all_areas() if is_short else [])}


@public
def directory_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Search one area."""
    return _search(request, enter_public_area(request, slug), {})


def _search(request: HttpRequest, area: LocalArea | None, context: dict[str, Any]) -> HttpResponse:
    question, now = read_question(request.GET.getlist, area), timezone.now()
    if area is None and not question.words:
        question = Question()
    if counted := count_finished(request, question):
        return counted
    presences = still_to_come(area, now) if area else []
    centers = list(_centers(area)) if area else []
    context |= {
        "title": _page_title(area),
        "area": area,
        "question": question,
        "path": request.path,
        "address": request.path + question.query_string(),
        "canonical": qr_codes.address_on_paper(request.path),
        "centers": centers,
    }
    if area:
        for name in ("paper", "code"):
            context[name if name == "code" else f"{name}_url"] = (
                reverse(f"partners:directory_{name}", args=[area.slug]) + question.query_string()
            )
        context["print_url"] = f"{context['address']}{'?' if question.is_empty else '&'}print=1"
    if area or question.words:
        context |= _results(request, question, presences, centers)
        if not context["number"]:
            context |= _way_out(area, question, centers)
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "partners/search/_directory_found.html", context | {"is_part": True})
        response[_keep_address(request, question)] = context["address"]
        return response
    if "print" in request.GET:
        return render(request, "partners/search/directory_print.html", context | _paper(context["address"]))
    response = render(request, "partners/search/directory.html", context)
    count_if_unanswered(request, question, context.get("found"))
    return response


def _way_out(area: LocalArea | None, question: Question, centers: list[Center]) -> dict[str, Any]:
    """Return what people can do who have found nothing: kinds of help to browse, and whom to call today."""
    if area is None:
        return {}
    today = timezone.localdate()
    closings = {center.pk: closing for center, closing in closed_on(area, today)}
    return {
        "browse": no_results.categories_of(area, reverse("partners:directory_area", args=[area.slug])),
        "call": [one for one in centers_today(centers, [], closings) if one.center.phone or one.center.email],
        "public_links": public_links_of(area),
    }


def _results(
    request: HttpRequest, question: Question, presences: list[Presence], centers: list[Center]
) -> dict[str, Any]:
    found = queries.find_services(question, by_place(presences).keys())
    words = filter_panel.words_for(question, centers)
    pages = Paginator(found.service_ids, ON_PAPER if "print" in request.GET else A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    recognized = filter_panel.recognized(question, found.hints, found.unmet, request.path)
    wider = filter_panel.wider(question, found.counts, request.path, words)
    return {
        "found": found,
        "is_unanswered": is_unanswered(question, found),
        "number": found.counts.total,
        "page": page,
        "answers": answers(list(page), found.meaning.marks, presences, today=timezone.localdate()),
        "groups": filter_panel.groups_of(question, found.counts, words),
        "lifted": filter_panel.lifted(question, request.path, words),
        "recognized": [hint for hint in recognized if hint.is_met],
        "unmet": [hint for hint in recognized if not hint.is_met],
        "wider": wider,
        "off_site": next((one for one in wider if one.code == facets.TODAY), None),
        "near": near_words(question) if question.words and not found.counts.matched else [],
        "meant_url": request.path + replace(question, words=found.meaning.suggested).query_string(),
        "exact_url": request.path + replace(question, exactly=True).query_string(),
        "helped_url": request.path + replace(question, exactly=False).query_string(),
        "unquoted_url": request.path + bare.query_string() if (bare := queries.unquoted(question)) else "",
        "bare_url": request.path + replace(question, chosen={}).query_string(),
        "back_url": request.path + question.query_string(page.previous_page_number()) if page.has_previous() else "",
        "next_url": request.path + question.query_string(page.next_page_number()) if page.has_next() else "",
        "came_from": _came_from(question, page.number),
    }


def _came_from(question: Question, page: int) -> str:
    """Return the query with which links to services carry the search, so that their pages lead back to it."""
    search = question.query_string(page)
    if len(search) > LONGEST_SEARCH:
        return ""  # longer addresses are refused
    return "?" + urlencode({BACK if question.area else BACK_TO_ALL: search.removeprefix("?")}) if search else ""


def _results_url(request: HttpRequest, area: LocalArea) -> str:
    """Return the address of the search from which the person came, or nothing; it is never outside the directory."""
    for name, path in (
        (BACK, reverse("partners:directory_area", args=[area.slug])),
        (BACK_TO_ALL, reverse("partners:directory")),
    ):
        if search := request.GET.get(name, "")[:LONGEST_SEARCH]:
            return f"{path}?{QueryDict(search).urlencode()}"
    return ""


def _keep_address(request: HttpRequest, question: Question) -> str:
    """Return the header that keeps a search in the browser history: one entry a search, not one a letter."""
    query = request.headers.get("HX-Current-URL", "").partition("?")[2]
    before = parse_qs(query.partition("#")[0])
    known = read_question(lambda name: before.get(name, []), question.area)
    shorter, longer = sorted([known.words, question.words], key=len)
    is_continued = bool(shorter) and longer.startswith(shorter) and known.chosen == question.chosen
    return "HX-Replace-Url" if is_continued or known == question else "HX-Push-Url"


def _paper(path: str) -> dict[str, Any]:
    return {
        "on_paper": qr_codes.address_on_paper(path),
        "fits_on_paper": qr_codes.fits(path),
        "printed_at": timezone.now(),
    }


# ---------------------------------------------------------------- One service
@public
def directory_service(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one service, or how to find another if it is not in the directory."""
    service = shown_services().filter(pk=pk).first()
    if service is None:
        # The same answer for services that never existed, are not public, or are archived.
        return render(
            request,
            "partners/search/directory_gone.html",
            {"title": _("This service is not in the directory")},
            status=404,
        )
    show_public_area(request, service.partnership.area)
    presences = still_to_come(service.partnership.area, timezone.now())
    found = answer(service, by_place(presences), today=timezone.localdate())
    is_known = request.user.is_authenticated and Service.objects.visible_to(request.user).filter(pk=pk).exists()
    context = {
        "title": found.words["name"].text,
        "area": service.partnership.area,
        "answer": found,
        "service": service,
        "organization": service.partnership.organization,
        "canonical": qr_codes.address_on_paper(request.path),
        "in_spanish": IN_SPANISH if getattr(service, "has_spanish", False) else "",
        "is_known": is_known,
        "terms": lexicon_of(request, service.partnership.area),
        "results_url": _results_url(request, service.partnership.area),
        "is_reported": "reported" in request.GET,
    }
    return render(request, "partners/search/directory_service.html", context)


# ---------------------------------------------------------------- Centers and hours
@public
def directory_centers(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the centers of an area, their hours, and who is there today."""
    area = enter_public_area(request, slug)
    closings = {center.pk: closing for center, closing in closed_on(area, timezone.localdate())}
    context = {
        "title": _("Centers and hours in %(area)s") % {"area": area.name},
        "area": area,
        "centers": centers_today(_centers(area), still_to_come(area, timezone.now()), closings),
        "public_links": public_links_of(area),
        "canonical": qr_codes.address_on_paper(request.path),
        "today": timezone.localdate(),
    }
    return render(request, "partners/search/directory_centers.html", context)


# ---------------------------------------------------------------- Paper
@public
def directory_paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a QR code that opens this search."""
    area = enter_public_area(request, slug)
    question = read_question(request.GET.getlist, area)
    path = reverse("partners:directory_area", args=[slug])
    context = {
        "title": _("QR code"),
        "area": area,
        "name": _("Services for “%(words)s”") % {"words": question.words} if question.words else _page_title(area),
        "back": path + question.query_string(),
        "code": reverse("partners:directory_code", args=[slug]) + question.query_string(),
    }
    return render(request, "partners/search/directory_paper.html", context | _paper(path + question.query_string()))


@public
def directory_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the QR code as an image."""
    question = read_question(request.GET.getlist, enter_public_area(request, slug))
    return _drawing(reverse("partners:directory_area", args=[slug]) + question.query_string(), _page_title(None))


@public
def directory_service_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a QR code that opens one service."""
    service = get_object_or_404(shown_services(), pk=pk)
    show_public_area(request, service.partnership.area)
    path = reverse("partners:directory_service", args=[pk])
    context = {
        "title": _("QR code"),
        "area": service.partnership.area,
        "name": words_of(service)["name"].text,
        "organization": service.partnership.organization,
        "back": path,
        "code": reverse("partners:directory_service_code", args=[pk]),
    }
    return render(request, "partners/search/directory_paper.html", context | _paper(path))


@public
def directory_service_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the QR code as an image."""
    service = get_object_or_404(Service.objects.in_directory(), pk=pk)
    return _drawing(reverse("partners:directory_service", args=[pk]), service.name)


def _drawing(path: str, title: str) -> HttpResponse:
    if not qr_codes.fits(path):
        raise Http404("Too long for a code.")
    return HttpResponse(qr_codes.code_for(path, title), content_type="image/svg+xml")


# ---------------------------------------------------------------- Shared
def _page_title(area: LocalArea | None) -> str:
    return _("Find a service near %(area)s") % {"area": area.name} if area else _("Find a service")


def _centers(area: LocalArea) -> QuerySet[Center]:
    """Return the centers of an area, the comprehensive ones first."""
    first = Case(When(kind=Center.Kind.COMPREHENSIVE, then=Value(0)), default=Value(1))
    return Center.objects.current().filter(area=area).order_by(first, Lower("name"), "pk")
