"""Limit htmx to elements that our templates have marked, with a mark of the session.

htmx obeys its attributes, whoever wrote them. So each page configures it to ignore elements with such an attribute but
without the mark of the page, and to inherit nothing. Text that people typed cannot contain the mark, even if it were
ever in a page unescaped. Forms have their own CSRF token; attributes never add one.

Template builtins: ``<form hx-post="..." data-op-live="{% live %}">``.
"""

import json

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.crypto import salted_hmac

register = template.Library()

ATTRIBUTES = ("get", "post", "put", "patch", "delete", "boost", "trigger", "ext")
CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "allowNestedOobSwaps": False,
    "disableInheritance": True,
    "historyCacheSize": 0,  # no private pages in the storage of the browser
    "historyRestoreAsHxRequest": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
}


def mark_of(request: HttpRequest | None) -> str:
    """Return the mark of the session of a request, or else of the secret in its CSRF cookie.

    A visitor with neither, as on a public page, has no account in whose name a script could act.
    """
    if request is None:
        return _mark("")
    known: str | None = getattr(request, "live_mark", None)
    if known is None:
        session = getattr(request, "session", None)
        known = _mark((session and session.session_key) or request.META.get("CSRF_COOKIE") or "")
        # Stored: a CSRF cookie created while a page is rendered must not change the mark of the rest of the page.
        request.live_mark = known  # type: ignore[attr-defined]
    return known


def _mark(secret: str) -> str:
    return salted_hmac("onestop.ui.live", secret, algorithm="sha256").hexdigest()[:32]


@register.simple_tag(takes_context=True)
def live(context: Context, /) -> str:
    """Return the mark of an element that htmx processes."""
    return mark_of(context.get("request"))


@register.simple_tag(takes_context=True)
def htmx_config(context: Context, /) -> str:
    """Return the configuration of htmx for the ``meta`` element of a page."""
    obeyed = ", ".join(f"[{prefix}hx-{name}]" for name in ATTRIBUTES for prefix in ("", "data-"))
    strange = f':is({obeyed}):not([data-op-live="{live(context)}"])'
    return json.dumps(CONFIG | {"disableSelector": f"[hx-disable], [data-hx-disable], {strange}"})
