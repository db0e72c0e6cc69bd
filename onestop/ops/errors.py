"""The pages for when something goes wrong. They say what happened, what to do, and the number to quote."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from onestop.ops.outages import disk_is_full, server_is_away
from onestop.ops.request_limits import UnstorableText
from onestop.ops.requests import current_request_id

REFUSED: dict[type[Exception], str] = {
    UnstorableText: "It holds a character that cannot be stored (NUL), often copied along from another program. "
    "Go back, type the words instead of pasting them, and send them again.",
    TooManyFieldsSent: "It holds too many answers at once. Go back, pick fewer things, and do the rest afterwards.",
    TooManyFilesSent: "It holds too many files. Go back, and send one file at a time.",
}


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense, or brings more than we take."""
    if isinstance(exception, RequestDataTooBig):
        return _plain("413.html", 413)
    words = next((words for kind, words in REFUSED.items() if isinstance(exception, kind)), "")
    return _plain("400.html", 400, words)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may see a thing but not do this with it; the exception's words say why."""
    return _in_frame(request, "403.html", {"reason": str(exception)}, 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is not there, or not for this person: the two look the same."""
    return _in_frame(request, "404.html", {}, 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we have failed; without database, session or user, since any of them may be what failed."""
    problem = sys.exc_info()[1]
    if disk_is_full(problem):
        return _later("503_disk_full.html", seconds=600)
    if server_is_away(problem):
        return _later("503.html", seconds=30)
    return _plain("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long, or came from elsewhere."""
    return _plain("403_csrf.html", 403)


def _in_frame(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """Answer inside the portal's frame, so that who has signed in can go on from there; others get the plain sheet."""
    is_signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
    layout = "layouts/app.html" if is_signed_in else "layouts/plain.html"
    context |= {"layout": layout, "number": current_request_id.get()}
    return render(request, template, context, status=status)


def _later(template: str, *, seconds: int) -> HttpResponse:
    response = _plain(template, 503)
    response["Retry-After"] = str(seconds)
    return response


def _plain(template: str, status: int, words: str = "") -> HttpResponse:
    context = {"number": current_request_id.get(), "words": words}
    return HttpResponse(render_to_string(template, context), status=status)
