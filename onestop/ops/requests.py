"""Middleware for every request: a request number for the log, the response and the history, headers, time zone."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from pghistory.middleware import HistoryMiddleware as BaseHistoryMiddleware

Respond = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("onestop.ops.requests")
current_request_id: ContextVar[str] = ContextVar("request_id", default="")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = ("/health/", "/static/")


def request_id(get_response: Respond) -> Respond:
    """Give the request the number from the proxy or a new one; log one line with the response."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        token = current_request_id.set(number)
        begun = time.monotonic()
        try:
            response = get_response(request)
            response["X-Request-ID"] = number
            if not request.path.startswith(QUIET) or response.status_code >= 500:
                _log(request, response, time.monotonic() - begun)
            return response
        finally:
            current_request_id.reset(token)

    return middleware


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    fields: dict[str, Any] = {
        "method": request.method,
        # The pattern, not the URL: URLs contain the secrets of invitations and what people search for.
        "route": match.route if match else "",
        "view": match.view_name if match else "",
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
    }
    # Only if the user was loaded already: a log line is not worth a query.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.pk:
        fields["user"] = user.pk
    logger.info("request", extra={"fields": fields})


def browser_policies(get_response: Respond) -> Respond:
    """Set the headers by which the portal uses no camera or microphone, and other sites cannot embed it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def for_everyone(response: HttpResponse) -> HttpResponse:
    """Say of a response that it depends on nothing but the address: not on cookies, languages or parts of pages."""
    response.is_for_everyone = True  # type: ignore[attr-defined]
    return response


def kept_from_caches(get_response: Respond) -> Respond:
    """Forbid caches to store a response, unless its view sets Cache-Control: most responses are for one person.

    This includes files, redirects and error pages. A response that sets a cookie is never stored. What is marked by
    :func:`for_everyone` does not vary with the session, which Django names since other middleware reads it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control") or response.cookies:
            del response["Cache-Control"]
            patch_cache_control(response, private=True, no_store=True)
        if getattr(response, "is_for_everyone", False):
            del response["Vary"]
        else:
            patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response

    return middleware


class HistoryMiddleware(BaseHistoryMiddleware):
    """Record in the history who changed something, on which page, and in which request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context stored with each change of this request."""
        return super().get_context(request) | {"request": current_request_id.get()}


def local_time(get_response: Respond) -> Respond:
    """Activate the time zone of the area that the person visited last; a page of another area activates its own.

    Also resets what the previous request of the thread has set, which Django does not.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        timezone.activate(request.session.get("zone") or timezone.get_default_timezone())
        return get_response(request)

    return middleware
