"""Error pages. They say what happened, what to do, and the request number to quote.

They are in the visitor's language, except in the frame of people who are signed in, which is not translated.
"""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import requires_csrf_token

from onestop.ops.languages import spoken, unspoken
from onestop.ops.outages import disk_is_full, server_is_away
from onestop.ops.problems import is_for_programs, problem
from onestop.ops.request_limits import UnstorableText
from onestop.ops.requests import current_request_id

REFUSED: dict[type[Exception], Promise] = {
    UnstorableText: _(
        "It contains a character that cannot be stored (NUL), often pasted from another program. "
        "Go back, type the text instead of pasting it, and submit it again."
    ),
    TooManyFieldsSent: _("It has too many answers at once. Go back, select fewer items, and do the rest later."),
    TooManyFilesSent: _("It has too many files. Go back and upload one file at a time."),
}


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond to a request that cannot be read or is too large."""
    if is_for_programs(request):
        said = "The request cannot be read."  # no translation: for programs
        return problem(413 if isinstance(exception, RequestDataTooBig) else 400, said)
    if isinstance(exception, RequestDataTooBig):
        return _plain(request, "413.html", 413)
    reason = next((reason for kind, reason in REFUSED.items() if isinstance(exception, kind)), "")
    return _plain(request, "400.html", 400, reason)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond to a person who may see an object but not do this with it; the exception's message says why."""
    if is_for_programs(request):
        return problem(403, str(exception))
    return _in_frame(request, "403.html", {"reason": str(exception)}, 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond when an object does not exist or the person may not see it: both look the same."""
    if is_for_programs(request):
        return problem(404, "There is nothing at this address.")  # no translation: for programs
    return _in_frame(request, "404.html", {}, 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Respond to an error of ours, without database, session or user, since any of them may have failed."""
    raised = sys.exc_info()[1]
    if is_for_programs(request):
        said = "This is an error of ours. Try again later."  # no translation: for programs
        return problem(503 if server_is_away(raised) else 500, said)
    if disk_is_full(raised):
        return _later(request, "503_disk_full.html", seconds=600)
    if server_is_away(raised):
        return _later(request, "503.html", seconds=30)
    return _plain(request, "500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Respond to a form that was open too long or came from another site."""
    return _plain(request, "403_csrf.html", 403)


def _in_frame(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """Return a page with the portal's navigation for people who are signed in, and a plain page for others."""
    is_signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
    layout = "layouts/app.html" if is_signed_in else "layouts/plain.html"
    context |= {"layout": layout, "number": current_request_id.get()}
    with unspoken(request) if is_signed_in else spoken(request):
        return render(request, template, context, status=status)


def _later(request: HttpRequest, template: str, *, seconds: int) -> HttpResponse:
    response = _plain(request, template, 503)
    response["Retry-After"] = str(seconds)
    return response


def _plain(request: HttpRequest, template: str, status: int, reason: str | Promise = "") -> HttpResponse:
    context = {"number": current_request_id.get(), "reason": reason}
    with spoken(request):
        return HttpResponse(render_to_string(template, context), status=status)
