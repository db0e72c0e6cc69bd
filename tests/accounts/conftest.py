"""What tests of signing in stand on: fresh limits, confirmed addresses, the code of a mail, the code of an app."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.accounts import mail_requests
from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from tests.factories import PASSWORD, make_user


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """Attempts are counted in Redis, which outlives a test."""
    cache.clear()


@pytest.fixture
def dana(db: None) -> User:
    """Somebody with a password and a confirmed address."""
    user = make_user("Dana Whitcomb", email="dana@riverbend.example")
    confirm_address(user)
    return user


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """Return a function that signs somebody in as they would themselves."""

    def by_password(user: User, password: str = PASSWORD) -> Client:
        answer = client.post(reverse("account_login"), {"login": user.email, "password": password})
        assert answer.status_code == 302, answer.context["form"].errors
        return client

    return by_password


def answered() -> list[EmailMessage]:
    """Let a worker write the mails that were asked for on pages without an account; return all mails."""
    mail_requests.answer_all(at=timezone.now())
    return mail.outbox


def code_of_last_mail() -> str:
    """Return the code that the last e-mail holds."""
    answered()
    found = re.search(r"^\d{4}-\d{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


def code_of_app(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_app(user: User) -> str:
    """Set up an authenticator app for somebody; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret
