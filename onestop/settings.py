"""All settings of the portal, read from the environment; .env.example explains each.

ONESTOP_MODE is production (the default), demo, dev or test. In production no secret has a default, and unsafe settings
stop the portal from starting.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from onestop import task_schedule
from onestop.local import servers
from onestop.ops import mailboxes
from onestop.ops.file_settings import file_storage, scanner_url
from onestop.ops.seal_settings import NEEDED as SEAL_NEEDED
from onestop.ops.seal_settings import seal_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("ONESTOP_MODE", default="production")
if MODE not in {"production", "demo", "dev", "test"}:
    raise ImproperlyConfigured(f"ONESTOP_MODE is {MODE!r}; it must be production, demo, dev or test.")
PRODUCTION = MODE == "production"
TESTING = MODE == "test"

DATA_DIR = Path(env.str("ONESTOP_DATA", default=str(BASE_DIR / "var"))).resolve()

if PRODUCTION:
    needed = ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"]
    needed += ["PUBLIC_URL", "DEFAULT_FROM_EMAIL", "MAIL_TRANSPORT_URL", *SEAL_NEEDED]
    if missing := [name for name in needed if not env.str(name, default="")]:
        raise ImproperlyConfigured(
            f"The portal runs in production mode, and {', '.join(missing)} must be set in the environment; "
            ".env.example explains each. For the demo's data on this machine, set ONESTOP_MODE=demo."
        )

DEBUG = env.bool("DEBUG", default=MODE == "dev")
SECRET_KEY = env.str("SECRET_KEY", default="") or servers.secret_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = "One-Stop Partner Network"

# ---------------------------------------------------------------- Applications
INSTALLED_APPS = [
    "onestop.accounts",
    "onestop.notices",
    "onestop.comments",
    "onestop.files",
    "partners",
    "agreements",
    "meetings",
    "onestop.dashboards",
    "onestop.editing",
    "onestop",
    "onestop.apps.AdminConfig",
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
]

MIDDLEWARE = [
    "onestop.ops.requests.request_id",
    "onestop.ops.requests.browser_policies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onestop.ops.compression.CompressTexts",
    "onestop.ops.requests.kept_from_caches",
    "onestop.ops.languages.Languages",
    "onestop.ops.request_limits.RequestLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "onestop.accounts.middleware.AccountsMiddleware",
    "onestop.ops.requests.local_time",
    "onestop.ops.requests.HistoryMiddleware",
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
                "onestop.ui.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "crispy_forms.templatetags.crispy_forms_tags",
                "django_tables2.templatetags.django_tables2",
                "onestop.ui.presentation",
                "onestop.ui.languages",
                "onestop.ui.table_rows",
                "onestop.ui.differences",
                "onestop.ui.rich_text",
                "onestop.ui.charts",
                "onestop.ui.sparklines",
                "onestop.ui.form_fields",
                "onestop.ui.email_tags",
                "onestop.ui.live",
                "onestop.editing.idempotency",
                "partners.templatetags.term_tags",
            ],
        },
    },
]

# ---------------------------------------------------------------- PostgreSQL and Redis
# Production sets its servers; other modes use those of the data folder, unless others are set.
DATABASES = {"default": env.db_url("DATABASE_URL", default=servers.database_url(DATA_DIR))}
DATABASES["default"] |= {
    # The folder of a socket is percent-encoded in the URL, as in libpq.
    "HOST": unquote(DATABASES["default"]["HOST"]),
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", default=False),
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default=servers.redis_url(DATA_DIR))
CACHE_URL = env.str("CACHE_URL", default=env.str("REDIS_URL", default=servers.redis_url(DATA_DIR, 1)))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# ---------------------------------------------------------------- Background work (Celery)
# PostgreSQL is the source of truth and Redis only wakes workers: a task may run twice, and none is lost.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A page never waits long for a broker that is down: the sweep finds jobs for which no worker was woken.
    "max_retries": 1,
    "interval_start": 0,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    # Seconds until the task of a killed worker returns to its queue; longer than any task takes.
    "visibility_timeout": 600,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# A task is acknowledged when it begins, since the sweeps find unfinished work. A worker with tasks to acknowledge would
# end when Redis stops responding (Celery 5.7).
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = task_schedule.ROUTES
CELERY_TIMEZONE = TIME_ZONE = "UTC"
CELERY_BEAT_SCHEDULE = task_schedule.SCHEDULE

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
    "allauth.account.auth_backends.AuthenticationBackend",
]
ADMIN_PATH = env.str("ADMIN_PATH", default="admin").strip("/") + "/"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# The prefix restricts a cookie to this host, its root path, and TLS.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
DEVICE_COOKIE_NAME = "__Host-device" if PRODUCTION else "device"
SESSION_DAYS = env.int("SESSION_DAYS", default=30)  # after sign-in, even if in use
SESSION_STAFF_HOURS = env.int("SESSION_STAFF_HOURS", default=12)  # the same, for staff and state administrators
SESSION_COOKIE_AGE = 60 * 60 * env.int("SESSION_HOURS", default=12)  # after the last request
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # while second factors are encrypted with them

# Passwords, by NIST SP 800-63B: long, not common, no rules on kinds of characters.
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=12)
PASSWORD_RESET_TIMEOUT = 60 * 60
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH}},
    {"NAME": "onestop.accounts.passwords.MaximumLengthValidator"},
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "onestop.accounts.passwords.GuessedFirstValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Sign-in: password, code by email, or passkey. Responses never reveal whether an address has an account.
ACCOUNT_ADAPTER = "onestop.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_RATE_LIMITS = {
    # Counted in Redis, for all processes together; other limits are allauth's (sign-in: 30 per minute and address).
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key,12/h/key",
    "reset_password": "20/m/ip,3/m/key,12/h/key",
    "report_problem": "6/10m/ip,60/d/ip",  # of a public service, without an account
    "read_api": "600/10m/ip,6000/d/ip",  # /api/hsds/, without an account: 100 services a request
    "check_in": "90/10m/ip,400/d/ip",  # at a meeting, without an account: a whole room has one address
}
SIGN_IN_FORMS = "onestop.accounts.forms.sign_in."
ACCOUNT_FORMS = {
    "login": f"{SIGN_IN_FORMS}LoginForm",
    "request_login_code": f"{SIGN_IN_FORMS}RequestLoginCodeForm",
    "confirm_login_code": f"{SIGN_IN_FORMS}ConfirmLoginCodeForm",
    "confirm_email_verification_code": f"{SIGN_IN_FORMS}ConfirmEmailVerificationCodeForm",
    "reset_password": f"{SIGN_IN_FORMS}ResetPasswordForm",
    "reset_password_from_key": f"{SIGN_IN_FORMS}ResetPasswordKeyForm",
    "change_password": f"{SIGN_IN_FORMS}ChangePasswordForm",
    "set_password": f"{SIGN_IN_FORMS}SetPasswordForm",
    "add_email": f"{SIGN_IN_FORMS}AddEmailForm",
    "reauthenticate": f"{SIGN_IN_FORMS}ReauthenticateForm",
}

# The second factor: used by those who have one, and required depending on settings and role.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=PRODUCTION)
SECOND_FACTOR_POLICY = "partners.seats.needs_second_factor"
MFA_ADAPTER = "onestop.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_FORMS = {
    "authenticate": f"{SIGN_IN_FORMS}AuthenticateForm",
    "reauthenticate": f"{SIGN_IN_FORMS}ReauthenticateByCodeForm",
    "activate_totp": f"{SIGN_IN_FORMS}ActivateTOTPForm",
    "add_webauthn": f"{SIGN_IN_FORMS}AddWebAuthnForm",
    "edit_webauthn": f"{SIGN_IN_FORMS}EditWebAuthnForm",
    "login_webauthn": f"{SIGN_IN_FORMS}LoginWebAuthnForm",
    "authenticate_webauthn": f"{SIGN_IN_FORMS}AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": f"{SIGN_IN_FORMS}ReauthenticateWebAuthnForm",
}

# ---------------------------------------------------------------- Mail: stored in the outbox, sent by a worker
EMAIL_BACKEND = "onestop.notices.backend.OutboxBackend"
PUBLIC_URL = env.str("PUBLIC_URL", default=env.NOTSET if PRODUCTION else f"http://localhost:{env.int('PORT', 8000)}")
PUBLIC_URL = PUBLIC_URL.rstrip("/")  # the base of links in emails
# The ids of HSDS are made with it (partners.hsds.ids): a portal that moves to another address keeps its first one.
HSDS_NAMESPACE = env.str("HSDS_NAMESPACE", default=PUBLIC_URL)
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=env.NOTSET if PRODUCTION else f"{SITE_NAME} <portal@onestop.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")  # for questions on accessibility and privacy, on public pages
MAP_URL = env.str("MAP_URL", default="https://www.openstreetmap.org/search?query={address}")
MAIL_TRANSPORT = env.email_url("MAIL_TRANSPORT_URL", default=env.NOTSET if PRODUCTION else "filemail://")
if MAIL_TRANSPORT["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    MAIL_TRANSPORT["EMAIL_FILE_PATH"] = str(DATA_DIR / "mail")
NUDGES_A_WEEK = env.int("NUDGES_A_WEEK", default=2)  # most reminders a person gets; the rest goes into a digest
MAIL_RESEND_UNCERTAIN = env.bool("MAIL_RESEND_UNCERTAIN", default=False)
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=600)  # longer than a mail server may take for a group
# The mailbox of the portal; without it, a mail server pipes mail into `manage.py take_mail`.
INBOUND_ADDRESS = env.str("INBOUND_ADDRESS", default="").lower()  # if it is not that of DEFAULT_FROM_EMAIL
INBOUND_IMAP = mailboxes.read_url(env.str("INBOUND_IMAP_URL", default=""), encrypted=PRODUCTION)
if INBOUND_IMAP:
    CELERY_BEAT_SCHEDULE["poll-mailbox"] = task_schedule.every(60, "onestop.notices.tasks.poll_mailbox")

# ---------------------------------------------------------------- Periods, language, files
SIGNATORY_WAIT_HOURS = env.int("SIGNATORY_WAIT_HOURS", default=24)  # until a signatory named by a partner may sign
SERVICE_FRESH_DAYS = env.int("SERVICE_FRESH_DAYS", default=183)  # until a service is shown as stale
CONFIRM_LINK_DAYS = env.int("CONFIRM_LINK_DAYS", default=21)  # until a link to confirm services expires
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)  # until an invitation expires

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # of pages for everyone, and of mails (docs/spanish.md)
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
LOCALE_PATHS = [BASE_DIR / "locale"]  # `make messages` collects the texts here; onestop.ops.catalogs compiles them
FORMAT_MODULE_PATH = ["onestop.formats"]  # Spanish as it is written in the United States
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static" / "collected"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
MEDIA_ROOT = DATA_DIR / "files"
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half the files to compress, and half the disk space
STORAGES = {
    "default": file_storage(env, production=PRODUCTION),
    "staticfiles": {"BACKEND": MANIFEST if MODE in {"production", "demo"} else PLAIN},
}
# The largest form, except for views that accept files (onestop.ops.request_limits).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "onestop.files.uploads.SkipTooBig",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "onestop.files.uploads.KeepOnDisk",
]
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=50)  # a larger upload is not even written to the disk
SEAL = seal_settings(env, production=PRODUCTION, data=DATA_DIR)  # on executed agreements
CLAMAV_URL = scanner_url(env)  # without one, stored files are not scanned for viruses
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", default=20)  # a larger spreadsheet is refused without being read
IMPORT_MAX_UNPACKED_MB = env.int("IMPORT_MAX_UNPACKED_MB", default=200)  # the size of an extracted workbook
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=50_000)
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=30)  # until an imported file and its plan are deleted

# ---------------------------------------------------------------- Security
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=PRODUCTION)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=PRODUCTION)
CSRF_FAILURE_VIEW = "onestop.ops.errors.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc  # never the Host header of the request
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # load balancers request it without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"  # URLs of invitations are secret
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The number of our own proxies in front; only their headers about TLS and addresses are trusted.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The token of Prometheus for /health/metrics; in production the page needs it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"

# ---------------------------------------------------------------- Logs: one JSON object per line, no personal data
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING" if TESTING else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "onestop.ops.logs.JsonFormatter"},
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if MODE in {"dev", "test"} else "json",
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # No "Not Found: /path": our own line for each request has the route, without what is in the path.
        "django.request": {"level": "ERROR"},
        "onestop.ops.requests": {"level": "WARNING" if MODE == "dev" else LOG_LEVEL},  # runserver logs requests itself
        "weasyprint.progress": {"level": "INFO", "handlers": [], "propagate": False},  # read by onestop.files.pdf
        "fontTools": {"level": "WARNING"},
    },
}

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "onestop"  # templates/onestop
DJANGO_TABLES2_TEMPLATE = "components/table.html"
FORM_RENDERER = "onestop.ui.form_renderer.FormRenderer"

# ---------------------------------------------------------------- Development
if MODE == "dev":
    INSTALLED_APPS.append("debug_toolbar")
    compressed = MIDDLEWARE.index("onestop.ops.compression.CompressTexts")
    MIDDLEWARE.insert(compressed + 1, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1", "::1"]

# ---------------------------------------------------------------- Production does not start with unsafe settings
if PRODUCTION:
    unsafe = {
        "DEBUG must be off: its error pages show secrets to everyone.": DEBUG,
        "SECRET_KEY must be a random secret of 50 characters or more, not that of an example.": (
            len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "insecure" in SECRET_KEY or "change-me" in SECRET_KEY
        ),
        "SESSION_COOKIE_SECURE must be on: a session must never be sent unencrypted.": not SESSION_COOKIE_SECURE,
        "CSRF_COOKIE_SECURE must be on: its cookie must never be sent unencrypted.": not CSRF_COOKIE_SECURE,
        "ALLOWED_HOSTS must name its hosts: no *, and no whole top-level domain.": any(
            "*" in name or (name.startswith(".") and "." not in name.strip(".")) for name in ALLOWED_HOSTS
        ),
        "PUBLIC_URL must be https:// and a host, without a path: it is the base of links in emails.": (
            f"https://{urlsplit(PUBLIC_URL).netloc}" != PUBLIC_URL
        ),
        "PUBLIC_URL must lead to one of ALLOWED_HOSTS.": not validate_host(
            urlsplit(PUBLIC_URL).hostname or "", ALLOWED_HOSTS
        ),
    }
    if reasons := [sentence for sentence, is_unsafe in unsafe.items() if is_unsafe]:
        raise ImproperlyConfigured("The portal does not start in production mode. " + " ".join(reasons))
