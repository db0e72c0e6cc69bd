"""Every setting of the portal, read from the environment; .env.example says what each is for.

ONESTOP_MODE says where we are: production (the default), demo, dev or test. Production has no default for a secret and
refuses to start when it would be unsafe.
"""

from pathlib import Path
from urllib.parse import unquote

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from onestop import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("ONESTOP_MODE", default="production")
if MODE not in {"production", "demo", "dev", "test"}:
    raise ImproperlyConfigured(f"ONESTOP_MODE is {MODE!r}; it must be production, demo, dev or test.")
PRODUCTION = MODE == "production"
TESTING = MODE == "test"

DATA_DIR = Path(env.str("ONESTOP_DATA", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=MODE == "dev")
SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else embedded.secret_key(DATA_DIR))
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = "One-Stop Partner Network"

# ---------------------------------------------------------------- Applications
INSTALLED_APPS = [
    "onestop.accounts",
    "onestop.notices",
    "partners",
    "onestop.dashboards",
    "onestop",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "onestop.urls"
WSGI_APPLICATION = "onestop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ---------------------------------------------------------------- PostgreSQL and Redis
# Production names its servers; everything else finds those of its data folder, unless it names some too.
OWN_SERVERS = (
    {}
    if PRODUCTION
    else {
        "DATABASE_URL": embedded.database_url(DATA_DIR),
        "REDIS_URL": embedded.redis_url(DATA_DIR),
        "CACHE_URL": embedded.redis_url(DATA_DIR, 1),
    }
)
DATABASES = {"default": env.db_url("DATABASE_URL", default=OWN_SERVERS.get("DATABASE_URL", env.NOTSET))}
DATABASES["default"] |= {
    # A socket's folder stands percent-encoded in the address, as libpq has it.
    "HOST": unquote(DATABASES["default"]["HOST"]),
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", default=False),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default=OWN_SERVERS.get("REDIS_URL", env.NOTSET))
CACHE_URL = env.str(
    "CACHE_URL", default=REDIS_URL if "REDIS_URL" in env.ENVIRON else OWN_SERVERS.get("CACHE_URL", REDIS_URL)
)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL, "KEY_PREFIX": "cache"}
}

# ---------------------------------------------------------------- History: who, when, which page, before and after
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True, related_name="history")
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# ---------------------------------------------------------------- People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ADMIN_PATH = env.str("ADMIN_PATH", default="admin").strip("/") + "/"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# ---------------------------------------------------------------- Words, times, files
SERVICE_FRESH_DAYS = env.int("SERVICE_FRESH_DAYS", default=183)  # then a service is shown as stale
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)  # then an invitation expires

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static" / "collected"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", default=20)  # a larger spreadsheet is refused, unread
IMPORT_MAX_UNPACKED_MB = env.int("IMPORT_MAX_UNPACKED_MB", default=200)  # what a workbook may unpack to
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=50_000)
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=30)  # then an imported file and its plan are deleted

# ---------------------------------------------------------------- Security headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
