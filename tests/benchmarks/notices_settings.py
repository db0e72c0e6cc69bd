"""The tests' settings with django-post-office beside our own outbox, so that both do the same on the same database."""

import os

from tests.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
TEMPLATES[0]["DIRS"] += [  # type: ignore[operator]
    BASE_DIR / "tests" / "benchmarks" / "templates"
]
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ.get("SINK_PORT", "0"))
POST_OFFICE = {"BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}}
MAIL_TRANSPORT = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": EMAIL_HOST,
    "EMAIL_PORT": EMAIL_PORT,
    "EMAIL_HOST_USER": None,
    "EMAIL_HOST_PASSWORD": None,
}
LOGGING["loggers"]["post_office"] = {"level": "WARNING", "handlers": ["console"]}  # type: ignore[index]
