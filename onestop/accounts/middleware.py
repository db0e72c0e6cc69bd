"""Middleware for requests of signed-in users. It must come after allauth's middleware."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone

from onestop.accounts import lifetimes
from onestop.accounts.devices import note_activity
from onestop.accounts.second_factor import lacks_second_factor


class AccountsMiddleware:
    """Records when a request was received, ends sessions at the end of their lifetime, and records activity.

    Redirects users who need a second factor to the page where they set it up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        now = request.received_at = timezone.now()  # type: ignore[attr-defined]
        request.user = get_user(request)  # in place of Django's lazy one: a page reads it hundreds of times
        if request.user.is_authenticated and (reason := lifetimes.why_over(request, now)):
            # LoginRequiredMiddleware then redirects to the sign-in page, which remembers the address.
            logout(request)
            messages.info(request, reason)
        if request.user.is_authenticated:
            note_activity(request, now)
        response = self.get_response(request)
        if request.user.is_authenticated:
            lifetimes.begin(request, now)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect all but public pages and those of the account, while a second factor is missing."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.path.startswith(reverse("accounts:home")) or not lacks_second_factor(request.user):
            return None
        if "HX-Request" in request.headers:  # redirect the whole page, not a part of it
            return HttpResponse(headers={"HX-Redirect": resolve_url("accounts:security")})
        return redirect("accounts:security")
