"""Lifetimes of sessions, counted from sign-in, however much they are used; shorter for far-reaching roles."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from onestop.accounts.second_factor import has_far_reaching_role

SIGNED_IN_AT = "signed_in_at"  # in the session, of which the browser holds only the key


def begin(request: HttpRequest, at: datetime) -> None:
    """Record when the person signed in, once."""
    request.session.setdefault(SIGNED_IN_AT, int(at.timestamp()))


def why_over(request: HttpRequest, at: datetime) -> str:
    """Return why the person must sign in again; empty while the session lasts."""
    age = timedelta(seconds=at.timestamp() - request.session.get(SIGNED_IN_AT, at.timestamp()))
    if age > timedelta(days=settings.SESSION_DAYS):
        number = settings.SESSION_DAYS
        text = ngettext(
            "You were signed out because you signed in more than %(number)d day ago. Sign in again.",
            "You were signed out because you signed in more than %(number)d days ago. Sign in again.",
            number,
        )
        return text % {"number": number}
    if age > timedelta(hours=settings.SESSION_STAFF_HOURS) and has_far_reaching_role(request.user):
        number = settings.SESSION_STAFF_HOURS
        text = ngettext(
            "You were signed out because you signed in more than %(number)d hour ago. Sign in again.",
            "You were signed out because you signed in more than %(number)d hours ago. Sign in again.",
            number,
        )
        return text % {"number": number}
    return ""
