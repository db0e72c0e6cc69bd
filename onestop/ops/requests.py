"""What every request gets: a number to find it by, in the log, the answer and the history of what it changed."""

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
    """Number the request, as the proxy has done or by ourselves; log one line when it is answered."""

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
        # The pattern, not the address: addresses hold invitations' secrets and what people search for.
        "route": match.route if match else "",
        "view": match.view_name if match else "",
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
    }
    # Only if somebody has asked who it is already: a log line is worth no query.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.pk:
        fields["user"] = user.pk
    logger.info("request", extra={"fields": fields})


def browser_policies(get_response: Respond) -> Respond:
    """Say that the portal uses no cameras, microphones and the like, and that other sites embed nothing of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def kept_from_caches(get_response: Respond) -> Respond:
    """Let no cache keep an answer, unless its view says who may keep it: most answers are for one person's eyes.

    Files, redirects and error pages are answers too. What sets a cookie is for one person whatever its view says.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control") or response.cookies:
            del response["Cache-Control"]
            patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response

    return middleware


class HistoryMiddleware(BaseHistoryMiddleware):
    """Writes into the history who changed something, on which page, and in which request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what is kept beside each change of this request."""
        return super().get_context(request) | {"request": current_request_id.get()}


def local_time(get_response: Respond) -> Respond:
    """Show times as in the area in which the person was last; a page about another area changes that for itself.

    Also takes back what the thread's last request has set: Django does not.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        timezone.activate(request.session.get("zone") or timezone.get_default_timezone())
        return get_response(request)

    return middleware
