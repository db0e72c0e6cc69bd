"""Sign users in without the pages of signing in, which have tests of their own."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from onestop.accounts.lifetimes import SIGNED_IN_AT

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(client: Client, user: Any) -> str:
    """Give a client the session of a user who has signed in and opened a page; return its key. One statement.

    ``force_login`` runs six, and the first request after it writes the session once more.
    """
    now = timezone.now()
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        SIGNED_IN_AT: int(now.timestamp()),
        "seen_at": int(now.timestamp()),
    }
    key = get_random_string(32).lower()
    until = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.bulk_create([Session(session_key=key, session_data=SessionStore().encode(data), expire_date=until)])
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return key
