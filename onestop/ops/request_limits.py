"""Limit requests: their size, and their text to printable characters.

Both are checked before anything reads the data. Views that accept files are marked by ``takes_files``; all others
accept forms, none of which is larger than the setting DATA_UPLOAD_MAX_MEMORY_SIZE.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from onestop.ops.request_numbers import whole_number
from onestop.ops.typed_text import printable_query

View = TypeVar("View", bound=Callable[..., Any])

NUL = "\0"  # the only character that PostgreSQL cannot store


def takes_files(view: View) -> View:
    """Allow requests larger than a form; the view itself limits the size of its files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class UnstorableText(BadRequest):
    """The request contains a character that cannot be stored."""


class RequestLimits:
    """Refuse requests that are too large, and remove unprintable characters from form data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the path and the cookies, which are read before a view is known."""
        _refuse_unstorable([request.path_info, *request.COOKIES.values()])
        request.GET = printable_query(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Check the size of the request before its form data is read."""
        if request.method in ("GET", "HEAD"):
            return
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        sent = whole_number(request.META.get("CONTENT_LENGTH")) or 0
        if sent > most and not getattr(view, "takes_files", False):
            raise RequestDataTooBig(f"{sent} bytes were sent to a view that accepts {most}.")
        with suppress(UnreadablePostError):  # the client has disconnected
            request.POST = printable_query(request.POST)  # type: ignore[assignment]


def _refuse_unstorable(texts: Iterable[str]) -> None:
    """Check that no text contains a NUL character.

    :raises UnstorableText: if one does.
    """
    if any(NUL in text for text in texts):
        raise UnstorableText("The request contains a NUL character.")
