"""Requests of signed-in users, when they were received, and redirects back to where they were."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from onestop.accounts.models import User


class SignedIn(HttpRequest):
    """A request past the login middleware: its user has an account."""

    user: User


def received_at(request: HttpRequest) -> datetime:
    """Return when the portal received a request, as AccountsMiddleware has recorded it."""
    return request.received_at  # type: ignore[attr-defined]


def author(request: HttpRequest) -> User:
    """Return the signed-in user, who is recorded as the author of a change."""
    assert isinstance(request.user, User)
    return request.user


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return a redirect to the page that the request names in ``next``, if it is one of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):  # a path: never another host
        return HttpResponseRedirect(address)
    return redirect(otherwise)
