"""What people look for and do not find: the list of an area and of a state, and what staff do about each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.saving import save, say_done
from onestop.ui.lists import Export, list_page
from partners.context.unanswered import UNCOUNTED
from partners.filters.unanswered import StateUnansweredFilters, UnansweredFilters
from partners.forms.unanswered import KeywordForm, NobodyForm
from partners.models import SearchAnswer, State, UnansweredQuestion
from partners.network.current_area import enter_area, show_area
from partners.rules import demand, may
from partners.search.unanswered_weeks import trend_in_words, weeks_of
from partners.seats import seats_of
from partners.tables.unanswered import (
    HEADER,
    STATE_HEADER,
    StateUnansweredTable,
    UnansweredTable,
    UnansweredTableToRead,
    rows_of,
)
from partners.upkeep import search_answers


def unanswered_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the words that people looked for in an area and did not find, the most frequent first."""
    area = enter_area(request, slug)
    demand(request, "partners.view_unanswered", area)
    rows: Any = UnansweredQuestion.objects.visible_to(request.user).filter(area=area)
    return list_page(
        request,
        key=f"unanswered:{area.slug}",
        title=_("What people look for and do not find"),
        queryset=rows.one_for_words().with_answers().order_by("-times", Lower("words")),
        filters=UnansweredFilters,
        table=UnansweredTable if may(request.user, "partners.answer_unanswered", area) else UnansweredTableToRead,
        given=lambda shown: {"weeks": weeks_of(rows, {row.words for row in shown}, timezone.localdate())},
        template="partners/upkeep/unanswered_list.html",
        export=Export(HEADER, rows_of),
        context={"area": area, "is_counted": rows.exists()},
    )


def state_unanswered_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """List the words that people looked for in all areas of a state; also those asked in a single area."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "partners.view_state", state)
    anywhere = Q(area=None) if seats_of(request.user).everything else Q()
    rows: Any = UnansweredQuestion.objects.visible_to(request.user).filter(Q(area__state=state) | anywhere)
    return list_page(
        request,
        key=f"unanswered-state:{state.code}",
        title=_("What people look for in %(state)s and do not find") % {"state": state.name},
        queryset=rows.one_for_words().order_by("-times", Lower("words")),
        filters=StateUnansweredFilters,
        table=StateUnansweredTable,
        given=lambda shown: {
            "weeks": weeks_of(rows, {row.words for row in shown}, timezone.localdate()),
            "areas": _areas_of(rows, shown),
        },
        template="partners/upkeep/state_unanswered_list.html",
        export=Export(STATE_HEADER, lambda found: _of_state(rows, found)),
        context={"crumbs": [(state.name, reverse("dashboards:state", args=[code]))], "is_counted": rows.exists()},
    )


def _areas_of(rows: QuerySet[Any], shown: Iterable[Any]) -> dict[str, list[str]]:
    """Return the names of the areas in which words were asked; one query."""
    named = rows.filter(words__in={row.words for row in shown}).exclude(area=None)
    found: dict[str, list[str]] = defaultdict(list)
    for words, name in named.order_by("area__name").values_list("words", "area__name").distinct():
        found[words].append(name)
    return found


def _of_state(rows: QuerySet[Any], found: Iterable[Any]) -> Iterator[list[Any]]:
    shown = list(found)
    areas = _areas_of(rows, shown)
    for row in shown:
        yield [row.words, row.times, row.last_day, ", ".join(areas.get(row.words, []))]


# ---------------------------------------------------------------- One search, and its answer
def unanswered_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show words that were not found: how often they are asked, and what to do about them."""
    question = _get_question(request, pk)
    area: Any = question.area
    same = UnansweredQuestion.objects.filter(area=area, words=question.words)
    [last] = same.one_for_words()
    weeks = weeks_of(same, [question.words], timezone.localdate())[question.words]
    directory = reverse("partners:directory_area", args=[area.slug])
    answers = SearchAnswer.objects.filter(area=area, words=question.words)
    context = {
        "title": _("“%(words)s”") % {"words": question.words},
        "crumbs": _crumbs(question),
        "question": question,
        "last": last,
        "weeks": weeks,
        "trend": trend_in_words(weeks),
        "answer": answers.select_related("service__partnership__organization", "answered_by").first(),
        "try_url": f"{directory}?{urlencode({'q': question.words, UNCOUNTED: '1'})}",
        "may_answer": may(request.user, "partners.answer_unanswered", area),
    }
    return render(request, "partners/upkeep/unanswered_detail.html", context)


def unanswered_keyword(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the words to the keywords of a service."""
    question = _get_question(request, pk)
    area: Any = question.area
    demand(request, "partners.answer_unanswered", area)
    form = KeywordForm(request.POST or None, area=area, initial={"keyword": question.words})
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: search_answers.answer_by_keyword(
                area, question.words, **form.cleaned_data, by=author(request), at=timezone.now()
            ),
        )
        if done:
            names = {"words": form.cleaned_data["keyword"], "service": form.cleaned_data["service"].name}
            say_done(request, _("“%(words)s” is a keyword of %(service)s. Searches find it now.") % names)
            return redirect("partners:unanswered_list", slug=area.slug)
    context = {
        "title": _("Add a keyword for “%(words)s”") % {"words": question.words},
        "intro": _("Choose the service that people mean. Its other details stay as they are."),
        "crumbs": _crumbs(question, with_words=True),
        "form": form,
        "submit": _("Add this keyword"),
        "cancel_url": reverse("partners:unanswered_detail", args=[pk]),
    }
    return render(request, "layouts/form.html", context)


@require_POST
def unanswered_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the words become a glossary term, and open the form that proposes one."""
    question = _get_question(request, pk)
    area: Any = question.area
    demand(request, "partners.answer_unanswered", area)
    search_answers.answer_by_term(area, question.words, by=author(request), at=timezone.now())
    return redirect(f"{reverse('partners:term_add', args=[area.slug])}?{urlencode({'name': question.words})}")


def unanswered_nobody(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide the words, because nobody in the area offers what they mean."""
    question = _get_question(request, pk)
    area: Any = question.area
    demand(request, "partners.answer_unanswered", area)
    form = NobodyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        note = form.cleaned_data["note"]
        search_answers.answer_that_nobody_offers_it(
            area, question.words, note=note, by=author(request), at=timezone.now()
        )
        undo = reverse("partners:unanswered_reopen", args=[pk])
        say_done(request, _("“%(words)s” is hidden from the list.") % {"words": question.words}, undo=undo)
        return redirect("partners:unanswered_list", slug=area.slug)
    context = {
        "title": _("Nobody offers “%(words)s”") % {"words": question.words},
        "intro": _("The words are hidden from the list. They are still counted, and you can undo this."),
        "crumbs": _crumbs(question, with_words=True),
        "form": form,
        "submit": _("Hide these words"),
        "cancel_url": reverse("partners:unanswered_detail", args=[pk]),
    }
    return render(request, "layouts/form.html", context)


@require_POST
def unanswered_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the answer to words, so that they are listed again."""
    question = _get_question(request, pk)
    area: Any = question.area
    demand(request, "partners.answer_unanswered", area)
    if search_answers.reopen_words(area, question.words, by=author(request), at=timezone.now()):
        say_done(request, _("“%(words)s” is listed again.") % {"words": question.words})
    return redirect("partners:unanswered_detail", pk=pk)


def _get_question(request: HttpRequest, pk: int) -> UnansweredQuestion:
    """Return a question of an area whose questions the user may see, and enter the area; otherwise 404."""
    rows = UnansweredQuestion.objects.visible_to(request.user).exclude(area=None).select_related("area__state")
    question = get_object_or_404(rows, pk=pk)
    area: Any = question.area
    show_area(request, area)
    demand(request, "partners.view_unanswered", area)
    return question


def _crumbs(question: UnansweredQuestion, *, with_words: bool = False) -> list[tuple[str, str]]:
    area: Any = question.area
    crumbs = [(_("Searches without an answer"), reverse("partners:unanswered_list", args=[area.slug]))]
    return [*crumbs, (question.words, reverse("partners:unanswered_detail", args=[question.pk]))][: 1 + with_words]
