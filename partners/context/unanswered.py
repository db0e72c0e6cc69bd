"""Which searches are questions that somebody has finished, and were left without an answer.

Results come while people type, so a request of a part of the page is not counted. If such a part shows that nothing
was found and stays for a while, the browser says that the question is finished (``FINISHED`` in the URL).
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from onestop.ops.robots import is_robot
from partners.models import UnansweredQuestion
from partners.search import queries
from partners.search.network_search import Results
from partners.search.queries import Found
from partners.search.question import Question
from partners.search.unanswered import count_unanswered

FINISHED = "finished"  # in the URL of a request that only says so
UNCOUNTED = "uncounted"  # in links by which staff try a search
NOT_ASKED = (FINISHED, UNCOUNTED, "print", "page")  # a URL with one of these only shows something again
LONGEST_LANGUAGE = 2  # "en" of "en-us"


def is_unanswered(question: Question, found: Found | None) -> bool:
    """Return whether a search of words alone has found nothing, or nothing with all of the words."""
    if found is None or not question.words or question.chosen or question.exactly:
        return False
    return not found.whole


def count_if_unanswered(request: HttpRequest, question: Question, found: Found | None) -> None:
    """Count the search of a whole page of the directory, once its response is known."""
    if _is_asked_by_a_person(request) and is_unanswered(question, found):
        _count(question, found)


def count_finished(request: HttpRequest, question: Question) -> HttpResponse | None:
    """Count a question whose results came while it was typed, if the browser says so; nothing for other requests."""
    if FINISHED not in request.GET or "HX-Request" not in request.headers:
        return None
    if question.words and not is_robot(request):
        found = queries.find_services(question)
        if is_unanswered(question, found):
            _count(question, found)
    return HttpResponse(status=204)  # changes neither the page nor its address


def count_in_network(request: HttpRequest, area: Any, words: str, results: Results) -> None:
    """Count a search of signed-in users that found nothing of any kind; names of people are not counted."""
    if words and not results.groups and _is_asked_by_a_person(request):
        kind = UnansweredQuestion.Kind.NOTHING
        count_unanswered(area, words, _language(), kind, timezone.localdate(), only_known=True)


def _is_asked_by_a_person(request: HttpRequest) -> bool:
    given: Mapping[str, str] = request.GET
    if request.method != "GET" or "HX-Request" in request.headers or any(name in given for name in NOT_ASKED):
        return False
    return not is_robot(request)


def _count(question: Question, found: Found | None) -> None:
    kind = UnansweredQuestion.Kind
    is_partly = found is not None and found.counts.matched > 0
    count_unanswered(
        question.area, question.words, _language(), kind.PARTLY if is_partly else kind.NOTHING, timezone.localdate()
    )


def _language() -> str:
    return (get_language() or "en")[:LONGEST_LANGUAGE]
