"""The public directory for programs: a read API in the form of HSDS 3.1 (``docs/hsds.md``).

It needs no account, sets no cookie, and every site may read it. Errors are JSON (``onestop.ops.problems``).
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt

from onestop.ops.problems import problem
from onestop.ops.rate_limits import seconds_to_wait
from onestop.ops.request_numbers import whole_number
from onestop.ops.requests import for_everyone
from partners.hsds import listing
from partners.hsds import openapi as description
from partners.hsds.listing import Wanted
from partners.hsds.openapi import LARGEST_PAGE, LIST_PARAMETERS, MOST_PER_PAGE, PER_PAGE
from partners.hsds.standard import PROFILE, VERSION
from partners.importing.hsds.ids import is_uuid
from partners.network.public_pages import KEPT_SECONDS

METHODS = "GET, HEAD, OPTIONS"
YES_NO = {"true": True, "1": True, "false": False, "0": False}


class CannotRead(ValueError):
    """A parameter of the request has no valid value; the message says which and what is valid."""


class Found(dict):
    """An object to answer with, and when it was last changed."""

    last_modified: datetime | None = None


View = Callable[..., dict[str, Any] | None]


def api(view: View) -> Callable[..., HttpResponse]:
    """Make a view of the API of a function that returns an object, or ``None`` if there is none."""

    @csrf_exempt  # it changes nothing
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return for_everyone(response)

    return answer


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Allow-Headers"] = "If-None-Match, Accept"
        response["Access-Control-Max-Age"] = "86400"
        return response
    if request.method not in ("GET", "HEAD"):
        response = problem(405, "This API can only be read.")
        response["Allow"] = METHODS
        return response
    if wait := seconds_to_wait(request, "read_api"):
        response = problem(429, f"Too many requests came from this address. Ask again in {wait} seconds.")
        response["Retry-After"] = str(wait)
        return response
    try:
        found = view(request, *args, **kwargs)
    except CannotRead as refused:
        return problem(400, str(refused))
    return problem(404, "There is nothing with this id.") if found is None else _send(request, found)


def _send(request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
    body = json.dumps(found, ensure_ascii=False).encode()
    mark = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    # By the mark alone: what is nested in an object may change later than the object itself.
    response: Any = get_conditional_response(request, etag=mark)
    if response is None:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = mark
    if isinstance(found, Found) and found.last_modified:
        response["Last-Modified"] = http_date(found.last_modified.timestamp())
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


# ---------------------------------------------------------------- Addresses
@api
def about(request: HttpRequest) -> dict[str, Any]:
    """Say what this API is."""
    return {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": f"{settings.PUBLIC_URL}/api/hsds/openapi.json",
        "description": "The public services of local workforce development areas and their One-Stop centers.",
        "publisher": {"name": settings.SITE_NAME, "website": settings.PUBLIC_URL},
    }


@api
def openapi(request: HttpRequest) -> dict[str, Any]:
    """Describe this API for programs."""
    return description.document()


@api
def service_list(request: HttpRequest) -> dict[str, Any]:
    """List services."""
    return listing.services_page(*_read(request, "services"), day=_today()).object


@api
def service_detail(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return a service with everything nested in it."""
    shown = listing.service_at(key, day=_today())
    if shown is None:
        return None
    found = Found(shown[0])
    found.last_modified = shown[1]
    return found


@api
def organization_list(request: HttpRequest) -> dict[str, Any]:
    """List the organizations that offer public services."""
    return listing.organizations_page(*_read(request, "organizations")).object


@api
def organization_detail(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return an organization with its locations."""
    return listing.organization_at(key, day=_today())


@api
def location_list(request: HttpRequest) -> dict[str, Any]:
    """List centers and the locations of partners."""
    return listing.locations_page(*_read(request, "locations"), day=_today()).object


@api
def location_detail(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return a center or location."""
    return listing.location_at(key, day=_today())


@api
def link_list(request: HttpRequest) -> dict[str, Any]:
    """List services at locations."""
    return listing.links_page(*_read(request, "service_at_locations"), day=_today()).object


@api
def link_detail(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return a service at a location."""
    return listing.link_at(key, day=_today())


# ---------------------------------------------------------------- Parameters
def _today() -> date:
    return timezone.now().date()


def _read(request: HttpRequest, name: str) -> tuple[Wanted, int, int]:
    """Return what a request asks for, the number of the page and its size.

    :raises CannotRead: if a parameter has no valid value, or several.
    """
    given: dict[str, str] = {}
    for title in LIST_PARAMETERS[name]:
        values = request.GET.getlist(title)
        if len(values) > 1:
            raise CannotRead(f"Give {title} once.")
        if values:
            given[title] = values[0]
    number = _number(given.pop("page", "1"), "page", LARGEST_PAGE)
    size = _number(given.pop("per_page", str(PER_PAGE)), "per_page", MOST_PER_PAGE)
    return Wanted(**{title: READERS.get(title, _text)(value, title) for title, value in given.items()}), number, size


def _text(value: str, title: str) -> str:
    return value


def _number(value: str, title: str, most: int) -> int:
    number = whole_number(value, most=most)
    if not number:
        raise CannotRead(f"{title} is a number from 1 to {most}.")
    return number


def _yes_no(value: str, title: str) -> bool:
    if value.lower() not in YES_NO:
        raise CannotRead(f"{title} is true or false.")
    return YES_NO[value.lower()]


def _uuid(value: str, title: str) -> str:
    if not is_uuid(value):
        raise CannotRead(f"{title} is a UUID.")
    return value


def _time(value: str, title: str) -> datetime:
    words = value.strip().replace("t", "T").replace("z", "Z")
    words = words.replace(" ", "+") if "T" in words else words  # a plus sign that was not escaped
    try:
        at = parse_datetime(words.replace(":60", ":59"))
        day = None if at else parse_date(words)
    except ValueError:
        at = day = None
    if at is None and day is None:
        raise CannotRead(f"{title} is a time like 2026-11-30T12:00:00Z, or a day like 2026-11-30.")
    at = at or datetime(day.year, day.month, day.day, tzinfo=UTC)  # type: ignore[union-attr]
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if at.year < 2000 else datetime.max.replace(tzinfo=UTC)


READERS: dict[str, Callable[[str, str], Any]] = {
    "organization_id": _uuid,
    "taxonomy_id": _uuid,
    "taxonomy_term_id": _uuid,
    "modified_after": _time,
    "full": _yes_no,
    "minimal": _yes_no,
}
