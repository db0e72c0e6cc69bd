"""Requests of people who are signed in, and coming back to where one was."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from onestop.accounts.models import User


class SignedIn(HttpRequest):
    """A request past the login middleware: whoever sent it has an account."""

    user: User


def author(request: HttpRequest) -> User:
    """Return the person who is signed in, by whom a verb is called."""
    assert isinstance(request.user, User)
    return request.user


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return a redirect to the page that the request names in ``next``, if it is one of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):  # a path: never another host
        return HttpResponseRedirect(address)
    return redirect(otherwise)
