"""Reducing a notice type by a link in a mail, without signing in. A GET changes nothing; a POST does."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onestop.notices import preferences, unsubscribe
from onestop.notices.models import Cadence
from onestop.notices.preferences import NoticePreference
from onestop.notices.unsubscribe import Link
from onestop.notices.zones import zone_for
from onestop.ops.languages import in_languages

ONE_CLICK = "One-Click"


@in_languages
@csrf_exempt  # mail programs send the POST (RFC 8058); the signed URL proves the permission
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Reduce a notice type, or undo that, for whoever has the link."""
    response = _answer(request, token)
    # The URL is a secret: do not leak it to linked pages or to search engines.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"  # no translation: a header
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = unsubscribe.read_token(token)
    except unsubscribe.InvalidLink:
        return render(request, "notices/stop_unknown.html", status=404)
    one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
    # A mail program acts for the recipient of the mail, whoever is signed in.
    if request.user.is_authenticated and not link.is_for(request.user) and not one_click:
        return render(request, "notices/stop_switch.html", {"link": link}, status=403)
    if link.user:
        timezone.activate(zone_for(link.user))
    preference, done = _decide(request, link, one_click=one_click)
    context: dict[str, Any] = {
        "title": _("Fewer emails: %(type)s") % {"type": link.kind.label},
        "link": link,
        "preference": preference,
        "done": done,
        "choices": [each for each in _offered(link) if _is_less(each, preference)],
        "may_stop": Cadence.OFF in link.kind.cadences,
    }
    return render(request, "notices/stop.html", context)


def _decide(request: HttpRequest, link: Link, *, one_click: bool) -> tuple[NoticePreference, str]:
    """Apply the request; return the preference now, and what was done: "less", "undone" or nothing."""
    now, chosen = timezone.now(), request.POST.get("cadence", "")
    if request.method == "POST" and "undo" in request.POST:
        return preferences.undo_reduce(link.to, link.kind, at=now), "undone"
    if request.method == "POST" and (one_click or chosen in Cadence):
        cadence = Cadence.OFF if one_click else Cadence(chosen)
        return preferences.reduce(link.to, link.kind, cadence, at=now), "less"
    return preferences.preference_of(link.to, link.kind), ""


def _offered(link: Link) -> tuple[Cadence, ...]:
    """Return the cadences to choose from; people without an account have no digest."""
    return (Cadence.DAILY, Cadence.WEEKLY, Cadence.OFF) if link.user else (Cadence.OFF,)


def _is_less(cadence: Cadence, preference: NoticePreference) -> bool:
    order = preferences.LESS_AND_LESS
    return cadence in preference.kind.cadences and order.index(cadence) > order.index(preference.cadence)
