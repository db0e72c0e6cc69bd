"""The portal's settings as the tests need them: servers of their own, quick passwords, plain static files."""

import os
from pathlib import Path

from tests.servers import name_servers

# Before the real settings read the environment. A shell in which the demo or production is named stays without effect,
# except for DATABASE_URL and REDIS_URL, which ask for the tests to run on those servers.
name_servers(Path(__file__).resolve().parent.parent / "var")
os.environ["ONESTOP_MODE"] = "test"

from onestop.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "onestop.files.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "notices" / "templates")  # type: ignore[attr-defined]
WHITENOISE_AUTOREFRESH = True  # else each test's client looks through all static files first
