"""The language of a page: English, and on the pages for everyone the one that the visitor reads.

A view that is ``in_languages`` is offered in each of LANGUAGES: by ``?lang=es`` in its address, which a cookie keeps,
else by that cookie, else as the person chose for their mails if the page belongs to one (:func:`speak_to`), else by the
browser's ``Accept-Language``. All other pages are for people who are signed in; they
are not translated, and stay English in any browser, so that ``lang`` of their HTML is true.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

View = TypeVar("View", bound=Callable[..., Any])
Respond = Callable[[HttpRequest], HttpResponse]

IN_ADDRESS = "lang"
A_YEAR = 365 * 24 * 60 * 60
HTML_NAMES = {"en": "en-US"}
# Views of allauth that people meet before they are signed in.
SIGN_IN_PAGES = {
    "account_confirm_login_code",
    "account_inactive",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
}


def in_languages(view: View) -> View:
    """Offer the pages of a view in each of LANGUAGES; every text of them is translated (tests/languages)."""
    view.is_in_languages = True  # type: ignore[attr-defined]
    return view


def is_in_languages(view: Callable[..., Any], name: str) -> bool:
    """Return whether the page of a view, which has this name as URL, is offered in each of LANGUAGES."""
    return getattr(view, "is_in_languages", False) or name in SIGN_IN_PAGES


def asked_language(request: HttpRequest) -> str:
    """Return the language that the address asks for, or nothing."""
    asked = request.GET.get(IN_ADDRESS, "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def language_of(request: HttpRequest) -> str:
    """Return the language that the visitor reads: asked for, or as usual."""
    return asked_language(request) or usual_language(request)


def usual_language(request: HttpRequest) -> str:
    """Return the language kept in the cookie, chosen by the person to whom the page belongs, or of the browser."""
    known = getattr(request, "language_of_person", "")
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return known if known and kept not in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def speak_to(request: HttpRequest, code: str) -> None:
    """Show this page, if it is in languages, in the one that the person chose to whom it belongs."""
    request.language_of_person = code  # type: ignore[attr-defined]
    if getattr(request, "is_in_languages", False):
        translation.activate(language_of(request))


def spoken(request: HttpRequest) -> AbstractContextManager[Any]:
    """Use the visitor's language for a page that is not of a view, such as an error page for people signed out."""
    request.is_in_languages = True  # type: ignore[attr-defined]
    return translation.override(language_of(request))


def unspoken(request: HttpRequest) -> AbstractContextManager[Any]:
    """Use the portal's language for a page whose frame is not translated."""
    request.is_in_languages = False  # type: ignore[attr-defined]
    return translation.override(settings.LANGUAGE_CODE)


def html_language() -> str:
    """Return the ``lang`` of what is written in the current language."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    return HTML_NAMES.get(code, code)


def address_in(request: HttpRequest, code: str) -> str:
    """Return the address of this page in a language."""
    query = request.GET.copy()
    query[IN_ADDRESS] = code
    return f"{request.path}?{query.urlencode()}"


def alternate(canonical: str, code: str) -> str:
    """Return the one address under which search engines list a page in a language: English has no mark in it."""
    return canonical if code == settings.LANGUAGE_CODE else f"{canonical}?{urlencode({IN_ADDRESS: code})}"


class Languages:
    """Choose the language of each page, and say to caches what it depends on."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Start with English; what a page has activated ends with its request."""
        request.is_in_languages = False  # type: ignore[attr-defined]
        with translation.override(settings.LANGUAGE_CODE):
            response = self.get_response(request)
            if request.is_in_languages:  # type: ignore[attr-defined]
                patch_vary_headers(response, ("Accept-Language",))
                response.setdefault("Content-Language", language_of(request))
                _keep(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Activate the visitor's language for pages that are translated."""
        match = request.resolver_match
        if is_in_languages(view, match.view_name if match else ""):
            request.is_in_languages = True  # type: ignore[attr-defined]
            translation.activate(language_of(request))


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    """Keep a language that was asked for, unless the visitor would get it anyway: most pages set no cookie."""
    if (asked := asked_language(request)) and asked != usual_language(request):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
