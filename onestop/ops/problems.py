"""Errors of the interfaces for programs, as JSON (RFC 9457): what happened and what to do, in English."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from onestop.ops.requests import current_request_id, for_everyone

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


def is_for_programs(request: HttpRequest) -> bool:
    """Return whether a request is to an interface for programs, whose errors are no pages."""
    return request.path_info.startswith(PREFIX)


def problem(status: int, detail: str = "") -> HttpResponse:
    """Return an error that every site may read."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    said |= {"detail": detail} if detail else {}
    number = current_request_id.get()
    said |= {"instance": f"urn:request:{number}"} if number else {}
    response = HttpResponse(json.dumps(said), status=status, content_type=MEDIA_TYPE)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return for_everyone(response)
