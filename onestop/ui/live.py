"""Which parts of a page htmx works on: those that a template of ours marked, for this session alone.

htmx obeys attributes, whoever wrote them. So a page tells it to look away from every element with such an attribute and
without the page's mark, and to inherit nothing; whatever people typed cannot know the mark, should it ever stand in a
page unescaped. Forms carry their own CSRF token; no element is given one for having an attribute.

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
    "historyCacheSize": 0,  # private pages stay out of the browser's storage
    "historyRestoreAsHxRequest": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
}


def mark_of(request: HttpRequest | None) -> str:
    """Return the mark of a request's session; before there is one, of the secret in its CSRF cookie.

    Who has neither, as on a public page, is nobody in whose name anything could be done.
    """
    if request is None:
        return _mark("")
    known: str | None = getattr(request, "live_mark", None)
    if known is None:
        session = getattr(request, "session", None)
        known = _mark((session and session.session_key) or request.META.get("CSRF_COOKIE") or "")
        # Kept: a CSRF cookie that is made in the middle of a page must not give the rest of it another mark.
        request.live_mark = known  # type: ignore[attr-defined]
    return known


def _mark(secret: str) -> str:
    return salted_hmac("onestop.ui.live", secret, algorithm="sha256").hexdigest()[:32]


@register.simple_tag(takes_context=True)
def live(context: Context, /) -> str:
    """Return the mark of an element on which htmx shall work."""
    return mark_of(context.get("request"))


@register.simple_tag(takes_context=True)
def htmx_config(context: Context, /) -> str:
    """Return what htmx may do in a page, for its ``meta`` element."""
    obeyed = ", ".join(f"[{prefix}hx-{name}]" for name in ATTRIBUTES for prefix in ("", "data-"))
    strange = f':is({obeyed}):not([data-op-live="{live(context)}"])'
    return json.dumps(CONFIG | {"disableSelector": f"[hx-disable], [data-hx-disable], {strange}"})
