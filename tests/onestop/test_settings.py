"""Settings come from the environment, and fail loudly."""

import os
import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.servers import ROOT

GOOD = {
    "ONESTOP_MODE": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "portal.example.org",
    "DATABASE_URL": "postgres://localhost/onestop",
    "REDIS_URL": "redis://localhost/0",
    "PUBLIC_URL": "https://portal.example.org",
    "DEFAULT_FROM_EMAIL": "portal@example.org",
    "MAIL_TRANSPORT_URL": "smtp://localhost:25",
}


def ask(code, **changes):
    """Import the settings in a process of their own; a value of None takes a variable away."""
    wanted = GOOD | changes
    environment = {name: value for name, value in wanted.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", f"from onestop import settings\n{code}"],
        cwd=ROOT,
        env=environment | {"PATH": os.environ["PATH"]},
        text=True,
        capture_output=True,
        check=False,
    )


def test_production_starts_when_all_is_there():
    done = ask("print(settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT)")
    assert done.stdout.split() == ["False", "True", "True"], done.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "change-me"}, "SECRET_KEY must be a random secret"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random secret"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY must be a random secret"),
        ({"SECRET_KEY": f"django-insecure-{'abcdefghij' * 6}"}, "SECRET_KEY must be a random secret"),
        ({"ALLOWED_HOSTS": None, "REDIS_URL": None}, "ALLOWED_HOSTS, REDIS_URL must be set"),
        ({"DATABASE_URL": None}, "DATABASE_URL must be set"),
        ({"MAIL_TRANSPORT_URL": None}, "MAIL_TRANSPORT_URL must be set"),
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"SESSION_COOKIE_SECURE": "false"}, "SESSION_COOKIE_SECURE must be on"),
        ({"CSRF_COOKIE_SECURE": "false"}, "CSRF_COOKIE_SECURE must be on"),
        ({"ONESTOP_MODE": "prod"}, "it must be production, demo, dev or test"),
    ],
)
def test_production_refuses_to_start_and_says_why(changes, words):
    done = ask("", **changes)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert words in done.stderr.splitlines()[-1]


def test_production_is_what_nobody_has_to_ask_for():
    done = ask("print(settings.MODE)", ONESTOP_MODE=None)
    assert done.stdout.strip() == "production", done.stderr


def test_a_forwarded_header_counts_only_behind_a_proxy_of_ours():
    code = "print(getattr(settings, 'SECURE_PROXY_SSL_HEADER', None) is not None)"
    assert ask(code).stdout.strip() == "False"
    assert ask(code, TRUSTED_PROXIES="1").stdout.strip() == "True"


def test_the_demo_needs_nothing_and_keeps_its_own_secret(tmp_path):
    nothing = dict.fromkeys(GOOD)
    demo = {"ONESTOP_MODE": "demo", "ONESTOP_DATA": str(tmp_path)}
    once, again = (ask("print(settings.SECRET_KEY)", **nothing | demo) for _ in range(2))
    assert len(once.stdout.strip()) >= 50, once.stderr
    assert once.stdout == again.stdout
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_every_setting_is_explained_and_every_explained_one_is_read():
    read = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "onestop" / "settings.py").read_text()))
    for file in (ROOT / "onestop").glob("*.py"):
        read |= set(re.findall(r"os\.environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", file.read_text()))
    read -= {"MAKELEVEL", "DJANGO_SETTINGS_MODULE"}
    lines = (ROOT / ".env.example").read_text().splitlines()
    explained = {}
    for before, line in pairwise(lines):
        if match := re.fullmatch(r"(?:# )?([A-Z_]+)=.*", line):
            explained[match[1]] = before
    assert read - set(explained) == set(), "read, but not in .env.example"
    assert set(explained) - read == set(), "in .env.example, but not read"
    for name, sentence in explained.items():
        assert sentence.startswith("# "), name
        assert len(sentence) > 15, name
