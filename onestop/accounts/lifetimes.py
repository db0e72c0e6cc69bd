"""How long a session lasts from its sign-in on, however much it is used; shorter for those whose role reaches far."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from onestop.accounts.second_factor import has_far_reaching_role

SIGNED_IN_AT = "signed_in_at"  # in the session, of which the browser holds only the key


def begin(request: HttpRequest, at: datetime) -> None:
    """Note when a session was signed in, once."""
    request.session.setdefault(SIGNED_IN_AT, int(at.timestamp()))


def why_over(request: HttpRequest, at: datetime) -> str:
    """Return why the person must sign in again; empty while the session lasts."""
    age = timedelta(seconds=at.timestamp() - request.session.get(SIGNED_IN_AT, at.timestamp()))
    if age > timedelta(days=settings.SESSION_DAYS):
        return _words(f"{settings.SESSION_DAYS} days")
    if age > timedelta(hours=settings.SESSION_STAFF_HOURS) and has_far_reaching_role(request.user):
        return _words(f"{settings.SESSION_STAFF_HOURS} hours")
    return ""


def _words(limit: str) -> str:
    return f"You were signed out because you signed in more than {limit} ago. Sign in again."
