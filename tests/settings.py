"""Settings of the tests: their own servers, fast password hashing, plain static files."""

import os
from pathlib import Path

from tests.servers import name_servers

# Before the real settings read the environment. Settings of the demo or of production in the shell have no effect,
# except DATABASE_URL and REDIS_URL, which make the tests use those servers.
name_servers(Path(__file__).resolve().parent.parent / "var")
os.environ["ONESTOP_MODE"] = "test"

from onestop.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "onestop.files.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "notices" / "templates")  # type: ignore[attr-defined]
TIME_ZONE = "America/New_York"  # of the areas of the tests: their day is the day of the tests, also in the evening
WHITENOISE_AUTOREFRESH = True  # otherwise each test client first scans all static files
