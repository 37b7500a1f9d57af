"""From the environment to settings. Every variable is described in docs/operations.md."""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .api_settings import *  # noqa: F403
from .conversation_settings import *  # noqa: F403
from .environment import PUBLIC_URL, env, secret
from .log_settings import DEFAULT_EXCEPTION_REPORTER_FILTER, LOGGING  # noqa: F401 - settings, too
from .office_settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent

TESTING = "pytest" in sys.modules
DATA_DIR = Path(
    # Tests never touch a developer's own data.
    env(
        "ICP_DATA_DIR",
        default=tempfile.mkdtemp(prefix="icp-") if TESTING else str(BASE_DIR / "var"),
    )
)
# Sealed files: signed forms, exports, copies of data. Empty: the folder "files" of DATA_DIR.
FILES_DIR = env("ICP_FILES_DIR", default="")
DEBUG = env.bool("ICP_DEBUG", default=False)
# The stand-ins of the outside world may be imported only where this is set (sandbox/__init__.py).
SANDBOX = env.bool("ICP_SANDBOX", default=TESTING)


SECRET_KEY = secret("ICP_SECRET_KEY", "only-for-tests" if TESTING else None)
ALLOWED_HOSTS = env.list("ICP_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("ICP_CSRF_TRUSTED_ORIGINS", default=[])

ROOT_URLCONF = "icp.urls"
WSGI_APPLICATION = "icp.wsgi.application"
ASGI_APPLICATION = "icp.asgi.application"
AUTH_USER_MODEL = "admin_module.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "template_partials",
    "csp",
    "django_otp",
    "axes",
    "icp.encryption",
    "admin_module",
    "recipients",
    "consents",
    "messaging",
    "reports",
    "conversations",
    "resident_app",
    "rest_framework",
    "drf_spectacular",
    *(["sandbox"] if SANDBOX else []),
]

MIDDLEWARE = [
    "admin_module.request_ids.RequestIdMiddleware",
    "icp.metrics.requests.RequestDurations",
    "icp.web_security.secure_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "icp.api.edge.ApiEdge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "icp.web_security.RequestLimits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "admin_module.http.SignInRequiredMiddleware",
    "admin_module.session.session_clock",
    "admin_module.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

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
                "admin_module.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database -------------------------------------------------------------------------------------
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'icp.sqlite3'}"),
}
_database = DATABASES["default"]
STATEMENT_TIMEOUT_SECONDS = env.int("ICP_STATEMENT_TIMEOUT", default=15)
if _database["ENGINE"].endswith("sqlite3"):
    # Not in memory: there, threads share a cache whose tables lock each other out at once.
    _database["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    _database["OPTIONS"] = {
        # Deferred transactions lost 610 of 800 writes at four writers; immediate ones none.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    _database["CONN_MAX_AGE"] = env.int("ICP_CONN_MAX_AGE", default=300)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        "options": (
            f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s -c lock_timeout=3s"
            " -c idle_in_transaction_session_timeout=15s -c synchronous_commit=on"
        ),
    }

# --- People who sign in ---------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "admin_module.signing_in.LoginBackend",
]
# Who must have a second factor: "roles" (those below), "all", "voluntary".
SECOND_FACTOR = env("ICP_SECOND_FACTOR", default="roles")
if SECOND_FACTOR not in {"roles", "all", "voluntary"}:
    raise ImproperlyConfigured("ICP_SECOND_FACTOR is one of: roles, all, voluntary.")
SECOND_FACTOR_ROLES = env.list(
    "ICP_SECOND_FACTOR_ROLES",
    default=["administrator", "approver", "duty_officer", "unit_manager"],
)
# Wrong passwords are counted by django-axes under keyed tokens; the limits stand in locking.py.
AXES_HANDLER = "admin_module.locking.TokenHandler"
AXES_USERNAME_CALLABLE = "admin_module.locking.login_token"
AXES_CLIENT_IP_CALLABLE = "admin_module.locking.computer_token"
AXES_LOCKOUT_CALLABLE = "admin_module.locking.keep_response"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "admin_module.passwords.OwnDataValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Never in the session table, where they would lie unsealed.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
HTTPS = PUBLIC_URL.startswith("https://")
# The prefix keeps cookies from other hosts of the city's domain out (RFC 6265bis, section 4.1.3.2).
SESSION_COOKIE_NAME = "__Host-icp_session" if HTTPS else "icp_session"
# OWASP ASVS 3.3.2, level 2: half an hour without work, twelve hours with it.
SESSION_COOKIE_AGE = env.int("ICP_SESSION_SECONDS", default=30 * 60)
SESSION_LONGEST = env.int("ICP_SESSION_LONGEST", default=12 * 3600)
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-icp_csrf" if HTTPS else "icp_csrf"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_FAILURE_VIEW = "admin_module.views.errors.csrf_failure"

# --- Web security ---------------------------------------------------------------------------------
# Gateways inside the city's own network (an SMTP relay): the guard of outgoing connections asks.
ALLOW_LOCAL_GATEWAYS = env.bool("ICP_ALLOW_LOCAL_GATEWAYS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A whole request, and files stay in memory: nothing that somebody sends lies unsealed on a disk.
LARGEST_REQUEST = env.int("ICP_LARGEST_REQUEST", default=25 * 2**20)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_REQUEST
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
if env.bool("ICP_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Language, time, files ------------------------------------------------------------------------
LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "polski")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Warsaw"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
STATIC_URL = "static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("podrecznik", BASE_DIR / "docs" / "podrecznik" / "obrazy"),  # the handbook's pictures
]
STATIC_ROOT = Path(env("ICP_STATIC_ROOT", default=str(DATA_DIR / "static")))
# A checkout serves its own static files; an image collects them with hashed names.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.joinpath("staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Keys (icp.encryption) ------------------------------------------------------------------------
KEYRING_CMD = env("ICP_KEYRING_CMD", default="")
KEYRING_FILE = env("ICP_KEYRING_FILE", default="")
KEYRING = env("ICP_KEYRING", default="")

# --- Waking the workers ---------------------------------------------------------------------------
# Empty: no broker; `manage.py run_dispatcher` finds the work by itself.
BROKER_URL = env("ICP_BROKER_URL", default="")
CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A busy machine may need longer than Celery's 4 s until a worker's process stands.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_DB_REUSE_MAX = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_CREATE_MISSING_QUEUES = True
# How many workers are hinted at for one channel and lane at once.
DRAINS_PER_LANE = env.int("ICP_DRAINS_PER_LANE", default=2)
# A schedule that came due longer ago than this, while nothing ran, expires and asks.
LATEST_START_SECONDS = env.int("ICP_LATEST_START_SECONDS", default=3600)
# Leases: what a killed worker was handing over is `unknown` after these seconds. A group of envelopes is handed
# over within `handing_over`; the provider's time-out and `margin` come on top.
LEASE_SECONDS = {
    "handing_over": env.float("ICP_HANDING_OVER", default=20),
    "margin": env.float("ICP_LEASE_MARGIN", default=30),
}
SWEEP_SECONDS = env.float("ICP_SWEEP_SECONDS", default=30)
DUPLICATE_SEARCH_HOURS = env.int("ICP_DUPLICATE_SEARCH_HOURS", default=24)
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": f"messaging.tasks.{name}",
        "schedule": seconds,
        "options": {"queue": "periodic", "expires": max(seconds, 5)},
    }
    for name, seconds in {"tick": 1.0, "sweep": SWEEP_SECONDS}.items()
}

# --- Cache: counters of icp.rate_limits, nothing personal -------------------------------------------
RATE_LIMITS = env.bool("ICP_RATE_LIMITS", default=True)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": BROKER_URL,
        "KEY_PREFIX": "icp",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if BROKER_URL.startswith(("redis://", "rediss://"))
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Classes of messages that need a second person's approval; alarms always do.
APPROVAL_CLASSES = env.list("ICP_APPROVAL_CLASSES", default=["warning"])
# A release to more people than this waits so many seconds, in which anybody who may send can stop it.
COOLDOWN_SECONDS = env.int("ICP_COOLDOWN_SECONDS", default=30)
COOLDOWN_PEOPLE = env.int("ICP_COOLDOWN_PEOPLE", default=1_000)
# "22:00-7:00": information waits then until the morning; empty: nothing waits.
QUIET_HOURS = env("ICP_QUIET_HOURS", default="")
# How many SMS parts may be sent in a calendar month; 0: no limit.
SMS_MONTHLY_PARTS = env.int("ICP_SMS_MONTHLY_PARTS", default=0)
# What came by ePUAP is forgotten so long after it was dealt with; a registration is a proof of
# consent and stays as long as the account.
EPUAP_DOCUMENTS_KEPT_DAYS = env.int("ICP_EPUAP_DOCUMENTS_KEPT_DAYS", default=1095)

# --- Chat (docs/conversations.md) -------------------------------------------------------------------
# How a line that one process wrote reaches readers of another: poll, pg_notify, redis.
CHAT_WAKE_UP = env("ICP_CHAT_WAKE_UP", default="poll")
if CHAT_WAKE_UP not in {"poll", "pg_notify", "redis"}:
    raise ImproperlyConfigured("ICP_CHAT_WAKE_UP is one of: poll, pg_notify, redis.")
CHAT_REDIS_URL = env("ICP_CHAT_REDIS_URL", default=BROKER_URL)
# Open streams of one process at most; whoever comes then asks every few seconds instead.
CHAT_STREAMS = env.int("ICP_CHAT_STREAMS", default=500)

# --- Operation ------------------------------------------------------------------------------------
# Key dumps older than this are deleted by the next backup: so an erasure reaches the backups too.
BACKUP_KEY_DAYS = env.int("ICP_BACKUP_KEY_DAYS", default=30)
# Whoever shows it may read /metrics; without one only this machine may, not through a proxy.
METRICS_TOKEN = secret("ICP_METRICS_TOKEN", "")
