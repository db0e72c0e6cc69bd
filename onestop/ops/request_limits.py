"""What a request may bring: how much, and only signs that people see.

Both are looked at before anything reads what was sent. A view that takes files says so by ``takes_files``; every other
one is sent a form, and no form of ours is larger than the setting DATA_UPLOAD_MAX_MEMORY_SIZE.
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

NUL = "\0"  # PostgreSQL keeps every character but this one


def takes_files(view: View) -> View:
    """Let a view be sent more than a form; how much a file may have it says itself."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class UnstorableText(BadRequest):
    """Something that was sent holds a character that cannot be kept."""


class RequestLimits:
    """Refuses a request that brings too much, and takes signs that nobody sees out of what people typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address and the cookies, which are read before a view is known."""
        _refuse_unstorable([request.path_info, *request.COOKIES.values()])
        request.GET = printable_query(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Look at how much comes, and only then at the form itself."""
        if request.method in ("GET", "HEAD"):
            return
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        sent = whole_number(request.META.get("CONTENT_LENGTH")) or 0
        if sent > most and not getattr(view, "takes_files", False):
            raise RequestDataTooBig(f"{sent} bytes were sent to a view that takes {most}.")
        with suppress(UnreadablePostError):  # whoever sends it has gone
            request.POST = printable_query(request.POST)  # type: ignore[assignment]


def _refuse_unstorable(texts: Iterable[str]) -> None:
    """Refuse text with a NUL in it.

    :raises UnstorableText: if there is one.
    """
    if any(NUL in text for text in texts):
        raise UnstorableText("A text holds a NUL character.")
