"""Signed-in devices: their names, and the sessions on them."""

import re
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils.translation import gettext as _

from onestop.accounts.models import User

BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),  # no translation: a name
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Chromebook", r"\bCrOS\b"),
    ("Mac", r"\bMac ?OS ?X?\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)
DEVICE_ICONS = {"hand": "phone", "desk": "laptop"}
SEEN_EVERY = timedelta(minutes=10)


def device_name(user_agent: str) -> str:
    """Return the browser and the system of a user agent: "Firefox on Windows"."""
    browser = next((name for name, mark in BROWSERS if re.search(mark, user_agent)), "")
    system = next((name for name, mark in SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def is_phone(user_agent: str) -> bool:
    """Return whether a browser runs on a phone or tablet."""
    return bool(re.search(r"\b(iPhone|iPad|Android|Mobile)\b", user_agent))


def sessions_of(user: User, current_key: str | None) -> list[UserSession]:
    """Return the active sessions of a person, the current one first, then by last activity."""
    sessions = UserSession.objects.purge_and_list(user)
    for session in sessions:
        session.is_this_one = session.session_key == current_key
        session.device = device_name(session.user_agent)
        session.icon = DEVICE_ICONS["hand" if is_phone(session.user_agent) else "desk"]
    return sorted(sessions, key=lambda session: (not session.is_this_one, -session.last_seen_at.timestamp()))


def end_session(session: UserSession) -> None:
    """Sign a person out on one device."""
    session.end()


def end_other_sessions(user: User, current_key: str | None) -> int:
    """Sign a person out on all other devices; return their number."""
    others = [session for session in UserSession.objects.filter(user=user) if session.session_key != current_key]
    for session in others:
        session.end()
    return len(others)


def note_activity(request: HttpRequest, at: datetime) -> None:
    """Record that a session is in use, every ten minutes at most.

    Writing the time into the session also extends its expiry, so that nobody is signed out in the middle of work.
    """
    seen = request.session.get("seen_at", 0)
    if at.timestamp() - seen < SEEN_EVERY.total_seconds():
        return
    request.session["seen_at"] = int(at.timestamp())
    if seen:
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)
