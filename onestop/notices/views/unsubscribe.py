"""Turning a kind of notice down from the mail itself, without signing in. Looking changes nothing; buttons do."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onestop.notices import preferences, unsubscribe
from onestop.notices.models import Cadence
from onestop.notices.preferences import NoticePreference
from onestop.notices.unsubscribe import Link
from onestop.notices.zones import zone_for

ONE_CLICK = "One-Click"


@csrf_exempt  # mail programs press the button for a person (RFC 8058); the signed address is what proves the preference
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link turn a kind of notice down, and take that back."""
    response = _answer(request, token)
    # The address is a secret: no page that is opened from here learns it, and no search engine keeps it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = unsubscribe.read_token(token)
    except unsubscribe.InvalidLink:
        return render(request, "notices/stop_unknown.html", status=404)
    one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
    # A mail program speaks for the person whose mail it shows, whoever is signed in beside it.
    if request.user.is_authenticated and request.user != link.user and not one_click:
        return render(request, "notices/stop_switch.html", {"link": link}, status=403)
    timezone.activate(zone_for(link.user))
    preference, done = _decide(request, link, one_click=one_click)
    context: dict[str, Any] = {
        "title": f"Fewer e-mails: {link.kind.label}",
        "link": link,
        "preference": preference,
        "done": done,
        "choices": [each for each in (Cadence.DAILY, Cadence.WEEKLY, Cadence.OFF) if _is_less(each, preference)],
        "may_stop": Cadence.OFF in link.kind.cadences,
    }
    return render(request, "notices/stop.html", context)


def _decide(request: HttpRequest, link: Link, *, one_click: bool) -> tuple[NoticePreference, str]:
    """Do what the buttons say; return how the kind comes now, and what was done: "less", "undone" or nothing."""
    now, chosen = timezone.now(), request.POST.get("cadence", "")
    if request.method == "POST" and "undo" in request.POST:
        return preferences.undo_reduce(link.user, link.kind, at=now), "undone"
    if request.method == "POST" and (one_click or chosen in Cadence):
        cadence = Cadence.OFF if one_click else Cadence(chosen)
        return preferences.reduce(link.user, link.kind, cadence, at=now), "less"
    return preferences.preference_of(link.user, link.kind), ""


def _is_less(cadence: Cadence, preference: NoticePreference) -> bool:
    order = preferences.LESS_AND_LESS
    return cadence in preference.kind.cadences and order.index(cadence) > order.index(preference.cadence)
