"""Settings come from the environment, and invalid ones raise an error."""

import os
import re
import runpy
import subprocess
import sys
from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured

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
    "SEAL_PKCS12": str(ROOT / "pyproject.toml"),  # any file: it is read when an agreement is sealed
    "SEAL_PASSWORD": "secret",
}


@pytest.fixture
def read(monkeypatch):
    """Return a function that reads the settings in an environment; ``None`` removes a variable."""

    def run(**changes):
        for name in [*os.environ]:
            if name not in {"PATH", "HOME"}:
                monkeypatch.delenv(name)
        for name, value in (GOOD | changes).items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "onestop" / "settings.py"))

    return run


def test_production_starts_with_all_required_settings(read):
    settings = read()
    assert settings["DEBUG"] is False
    assert settings["SESSION_COOKIE_SECURE"] is settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] > 0


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
        ({"SEAL_PKCS12": None}, "SEAL_PKCS12 must be set"),
        ({"SEAL_PASSWORD": ""}, "SEAL_PASSWORD must be set"),
        ({"SEAL_PKCS12": "/nowhere/seal.p12"}, "there is no such file"),
        ({"SEAL_TIMESTAMP_URL": "timestamps.example.org"}, "SEAL_TIMESTAMP_URL is"),
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"SESSION_COOKIE_SECURE": "false"}, "SESSION_COOKIE_SECURE must be on"),
        ({"CSRF_COOKIE_SECURE": "false"}, "CSRF_COOKIE_SECURE must be on"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name its hosts"),
        ({"ALLOWED_HOSTS": "portal.example.org,*"}, "ALLOWED_HOSTS must name its hosts"),
        ({"ALLOWED_HOSTS": "portal.example.org, *.example.org"}, "ALLOWED_HOSTS must name its hosts"),
        ({"ALLOWED_HOSTS": "portal.example.org,."}, "ALLOWED_HOSTS must name its hosts"),
        ({"ALLOWED_HOSTS": ".org"}, "ALLOWED_HOSTS must name its hosts"),
        ({"PUBLIC_URL": "http://portal.example.org"}, "PUBLIC_URL must be https"),
        ({"PUBLIC_URL": "portal.example.org"}, "PUBLIC_URL must be https"),
        ({"PUBLIC_URL": "https://portal.example.org/portal"}, "PUBLIC_URL must be https"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL must lead to one of ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "https://other.example.org"}, "PUBLIC_URL must lead to one of ALLOWED_HOSTS"),
        ({"ONESTOP_MODE": "prod"}, "it must be production, demo, dev or test"),
    ],
)
def test_production_refuses_to_start_and_says_why(read, changes, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        read(**changes)


def test_cookies_are_bound_to_the_host_in_production(read):
    settings = read()
    for name in ("SESSION", "CSRF", "DEVICE"):
        assert settings[f"{name}_COOKIE_NAME"].startswith("__Host-")
    # What the prefix demands of browsers' cookies: TLS, no domain, the root path.
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert not [name for name in settings if name.endswith(("COOKIE_DOMAIN", "COOKIE_PATH"))]
    assert read(ONESTOP_MODE="demo")["SESSION_COOKIE_NAME"] == "sessionid"


@pytest.mark.parametrize(
    "changes",
    [
        {"ALLOWED_HOSTS": "other.example.org,portal.example.org"},
        {"ALLOWED_HOSTS": ".example.org"},
        {"PUBLIC_URL": "https://portal.example.org:8443/"},
    ],
)
def test_production_accepts_several_names_and_another_port(read, changes):
    assert read(**changes)["SECURE_SSL_HOST"].startswith("portal.example.org")


def test_a_command_shows_the_error_without_a_traceback():
    nothing = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=nothing, text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert "ONESTOP_MODE=demo" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_is_the_default(read):
    assert read(ONESTOP_MODE=None)["MODE"] == "production"


def test_forwarded_headers_count_only_behind_a_trusted_proxy(read):
    assert "SECURE_PROXY_SSL_HEADER" not in read()
    assert read(TRUSTED_PROXIES="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_the_demo_needs_no_settings_and_creates_its_own_secret(read, tmp_path):
    demo = dict.fromkeys(GOOD) | {"ONESTOP_MODE": "demo", "ONESTOP_DATA": str(tmp_path)}
    once, again = read(**demo)["SECRET_KEY"], read(**demo)["SECRET_KEY"]
    assert once == again
    assert len(once) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_the_example_environment_explains_exactly_the_settings_that_are_read():
    sources = [ROOT / "onestop" / "settings.py", *(ROOT / "onestop" / "ops").glob("*_settings.py")]
    read = {name for path in sources for name in re.findall(r"\benv\.\w+\(\s*\"([A-Z0-9_]+)\"", path.read_text())}
    for file in (ROOT / "onestop").rglob("*.py"):
        read |= set(re.findall(r"os\.environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", file.read_text()))
    read |= {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # by boto3
    read -= {"MAKELEVEL", "DJANGO_SETTINGS_MODULE", "CELERY_SKIP_CHECKS"}  # set, or of others
    lines = (ROOT / ".env.example").read_text().splitlines()
    explained = {}
    for before, line in pairwise(lines):
        if match := re.fullmatch(r"(?:# )?([A-Z0-9_]+)=.*", line):
            explained[match[1]] = before
    assert read - set(explained) == set(), "read, but not in .env.example"
    assert set(explained) - read == set(), "in .env.example, but not read"
    for name, sentence in explained.items():
        assert sentence.startswith("# "), name
        assert len(sentence) > 15, name
