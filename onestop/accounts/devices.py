"""Where a person is signed in: devices by their names, sessions one by one."""

import re
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from onestop.accounts.models import User

BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
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
    """Return what a browser says it is, in words: "Firefox on Windows"."""
    browser = next((name for name, mark in BROWSERS if re.search(mark, user_agent)), "")
    system = next((name for name, mark in SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"


def is_phone(user_agent: str) -> bool:
    """Return whether a browser says it runs on something held in the hand."""
    return bool(re.search(r"\b(iPhone|iPad|Android|Mobile)\b", user_agent))


def sessions_of(user: User, current_key: str | None) -> list[UserSession]:
    """Return the places where the person is signed in now, this one first, then the last seen."""
    sessions = UserSession.objects.purge_and_list(user)
    for session in sessions:
        session.is_this_one = session.session_key == current_key
        session.device = device_name(session.user_agent)
        session.icon = DEVICE_ICONS["hand" if is_phone(session.user_agent) else "desk"]
    return sorted(sessions, key=lambda session: (not session.is_this_one, -session.last_seen_at.timestamp()))


def end_session(session: UserSession) -> None:
    """Sign a person out in one place."""
    session.end()


def end_other_sessions(user: User, current_key: str | None) -> int:
    """Sign a person out everywhere but here; return in how many places."""
    others = [session for session in UserSession.objects.filter(user=user) if session.session_key != current_key]
    for session in others:
        session.end()
    return len(others)


def note_activity(request: HttpRequest, at: datetime) -> None:
    """Remember that a session was in use, and from where; every ten minutes is often enough to recognize a stranger.

    Writing the time into the session also moves on its expiry, so that nobody is signed out in the middle of work.
    """
    seen = request.session.get("seen_at", 0)
    if at.timestamp() - seen < SEEN_EVERY.total_seconds():
        return
    request.session["seen_at"] = int(at.timestamp())
    if seen:
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)
