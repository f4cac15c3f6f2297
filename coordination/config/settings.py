"""Settings, read from the environment; the same for web, worker and command line.

DATABASE_URL and REDIS_URL choose the services; without them all data is under `var/`. docs/settings.md lists them all.
"""

import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from kombu import Queue

from coordination.config import database, private_files, schedule, secrets

private_files.take_mask()
env = environ.Env()
# Read when pypinyin is imported. Only single characters are read; its phrases would take 45 MB of each process.
env.ENVIRON.setdefault("PYPINYIN_NO_PHRASES", "true")
BASE_DIR = Path(__file__).resolve().parents[2]
VERSION = "1.1.0.dev0"  # of the product; CHANGELOG.md and the tag have the same

ENVIRONMENT = env.str("ENVIRONMENT", default="development")
if ENVIRONMENT not in ("development", "training", "production"):
    raise environ.ImproperlyConfigured(
        f"ENVIRONMENT is {ENVIRONMENT!r}; it must be development, training or production"
    )
PRODUCTION = ENVIRONMENT == "production"
TRAINING = ENVIRONMENT == "training"
# Everything the product writes: the embedded database and broker, generated secrets, static files. Training has a
# folder of its own.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var" / ("training" if TRAINING else "")))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
# The key of encrypted texts (`agencies.kernel.encryption`). Outside the database; `prepare` creates it.
CONTENT_KEY_FILE = Path(env.str("CONTENT_KEY_FILE", default=str(DATA_DIR / "content-key.json"))).resolve()

# Risks that the operator accepts by name (`coordination.config.production.WAIVERS`).
PRODUCTION_WAIVERS = env.list("PRODUCTION_WAIVERS", default=[])

# Checkpoints of the journal, kept outside the database (`agencies.journal.checkpoints`).
CHECKPOINT_FILE = Path(env.str("CHECKPOINT_FILE", default=str(DATA_DIR / "checkpoints.jsonl"))).resolve()

# How long a process may use the control law after another version was published (`cases.controls.store`).
CONTROL_RULES_CHECK_SECONDS: int | None = 10

DEBUG = env.bool("DEBUG", default=False)
# Where packages of gateways arrive and receipts leave; empty: no folder is watched.
GATEWAY_FOLDER = env.str("GATEWAY_FOLDER", default="")
SECRET_KEY = secrets.obtain("SECRET_KEY", folder=DATA_DIR, generate=not PRODUCTION)
# Signs the receipts of packages that came through a gateway; in production a key of its own.
RECEIPT_KEY = env.str("RECEIPT_KEY", default="" if PRODUCTION else SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])

# Applications and middleware

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "csp",
    "agencies.kernel",
    "agencies.journal",
    "agencies.work",
    "agencies.idempotency",
    "agencies.organisations",
    "agencies.people",
    "agencies.machines",
    "agencies.calendar",
    "agencies.runs",
    "agencies.confirmations",
    "agencies.duty",
    "cases.controls",
    "cases.casefile",
    "cases.sharing",
    "cases.watchlists",
    "cases.clocks",
    "cases.papers",
    "cases.files",
    "cases.custody",
    "cases.proceedings",
    "cases.intake",
    "cases.rulechanges",
    "coordination.workspace.form_drafts",
    "coordination.lists.saved_views",
    "coordination.messaging.notifications",
    "coordination.messaging.outcomes",
    "coordination.messaging.feeds",
    "coordination.messaging.channels",
    "coordination.automation.escalation",
    "coordination.automation.routing",
    "coordination.automation.imports",
    "coordination.automation.gateways",
    "coordination.exchange.majorcases",
    "coordination.exchange.tasks",
    "coordination.automation.playbooks",
    "coordination.exchange.corrections",
    "coordination.exchange.confidential",
    "coordination.insight.read_log",
    "coordination.exchange.referrals",
    "coordination.exchange.notes",
    "coordination.exchange.instructions",
    "coordination.exchange.opinions",
    "coordination.exchange.conferences",
    "coordination.exchange.reminders",
    "coordination.prevention.exporters",
    "coordination.prevention.stops",
    "coordination.prevention.screening",
    "coordination.prevention.enduse",
    "coordination.prevention.warnings",
    "coordination.prevention.circulars",
    "coordination.prevention.customsqueries",
    "coordination.prevention.identifications",
    "coordination.prevention.licences",
    "coordination.prevention.diligence",
    "coordination.prevention.inspections",
    "coordination.prevention.certificates",
    "coordination.prevention.routerisk",
    "coordination.insight.briefing",
    "coordination.insight.search",
    "coordination.insight.metrics",
    "coordination.insight.typical_cases",
    "coordination.insight.bulletins",
    "coordination.insight.campaigns",
    "coordination.insight.thresholds",
    "coordination.site",
    "coordination.tooling",
    "coordination.config",
]

MIDDLEWARE = [
    "agencies.kernel.health.LivenessMiddleware",
    "coordination.config.proxies.ClientAddressMiddleware",
    "agencies.kernel.middleware.TraceMiddleware",
    "coordination.insight.audit.read_log_middleware.ReadLogMiddleware",
    "coordination.config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coordination.config.starting.StartMiddleware",
    "coordination.config.sessions.SessionMiddleware",
    "coordination.api.requests.SlashMiddleware",
    "coordination.api.requests.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "agencies.people.middleware.ActorMiddleware",
    "agencies.machines.uses.KeyUseMiddleware",
    "agencies.kernel.permissions.DefaultDenyMiddleware",
    "coordination.config.upload_scanning.ScanMiddleware",
    "coordination.messaging.notifications.wakeup.WakeupMiddleware",
    "coordination.site.errors.ActionErrorMiddleware",
    "coordination.workspace.unsent_forms.SentMiddleware",
]

AUTHENTICATION_BACKENDS = ["agencies.people.backend.Backend"]
ROOT_URLCONF = "coordination.config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "coordination.workspace.navigation.context",
            ],
        },
    },
]

# Database

EMBEDDED_DATABASE = f"sqlite:///{DATA_DIR / 'coordination.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL", default=EMBEDDED_DATABASE)}
# On PostgreSQL, tables may belong to a separate role used only by these commands; the role of DATABASE_URL then cannot
# change the journal (`agencies.journal.grants`).
APPLICATION_ROLE = DATABASES["default"].get("USER", "")
RUNS_AS_OWNER = "MIGRATE_DATABASE_URL" in env and database.is_owners_command(sys.argv)
if RUNS_AS_OWNER:
    DATABASES["default"] = env.db_url("MIGRATE_DATABASE_URL")
_database = DATABASES["default"]
if database.is_sqlite(_database):
    _database["OPTIONS"] = {
        # Takes the write lock when the transaction begins. Otherwise a transaction that reads first and writes later
        # fails at once if another wrote in between, and no busy timeout helps.
        "transaction_mode": "IMMEDIATE",
        # FULL: a committed write survives a power failure. Django itself enables foreign keys.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Long, because planning the first query of each kind on a fresh connection costs as much as running it.
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES["default"] = database.configured(_database, database.COMMAND)

# Cache: Redis if available. Without it, the web server is one process and caches in memory; a database table would only
# add writes. Nothing that must work without Redis may use the cache.

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Jobs. Redis (or a folder) only wakes the worker: pending work is in the database, a job carries ids, may be lost, and
# may run twice; a sweep finds what a lost job left.

BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        # Longer than any job, or a running one would be given to a second worker. The next two options return a killed
        # worker's jobs then; the broker's default checks only every 100 seconds.
        "visibility_timeout": 90,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # Sending a job must not delay a request while Redis is down: one retry, then the sweep takes over.
        "max_retries": 1,
        "interval_start": 0,
        "socket_connect_timeout": 1,
        "socket_timeout": 3,
    }
else:
    (BROKER_DIR / "queue").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.5,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker indefinitely
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# Bursts of reports have queues of their own, so that notices do not wait behind them. With Redis, `serve` starts a
# separate worker for these; a worker started without `--queues` reads all.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("routing"), Queue("indexing")]
CELERY_TASK_ROUTES = {"routing.route": {"queue": "routing"}, "search.index_changed": {"queue": "indexing"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# A folder has no publish/subscribe, and only one worker reads it.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = schedule.JOBS

# People

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# scrypt is memory-hard and needs no further package.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "agencies.people.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name_zh", "name_en", "phone", "email")},
    },
    {"NAME": "agencies.people.passwords.GuessableValidator"},
]

SESSION_ENGINE = "coordination.config.sessions"
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_REFRESH_AFTER = 5 * 60

# Cookies. `__Host-` prevents other hosts and paths from setting them, and needs TLS. Lax instead of Strict, because
# links from colleagues must work; every write is a POST with a token.

_COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "coordination.site.errors.csrf_failure"
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}device"  # a browser in which an account has signed in, see people.throttle
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}language"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60

# Transport and headers. TLS ends at the proxy, which gunicorn must trust (FORWARDED_ALLOW_IPS).

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# To be verified: whether the period of an administrative measure starts "anew" when goods return from the police, or
# the time used before counts ("remaining", the strict reading).
# Whether this installation is approved to hold state secrets: papers may then bear a level of secrecy.
STATE_SECRETS = env.bool("STATE_SECRETS", default=False)

GOODS_BACK_PERIOD = env.str("GOODS_BACK_PERIOD", default="remaining")
if GOODS_BACK_PERIOD not in ("remaining", "anew"):
    raise environ.ImproperlyConfigured("GOODS_BACK_PERIOD is neither remaining nor anew")
# The read log names people: how long it is kept, and how many reads of one person in an hour raise an alert. The
# Cybersecurity Law requires logs for at least half a year (网络安全法 art. 21).
READ_LOG_DAYS = env.int("READ_LOG_DAYS", default=3 * 365)
if READ_LOG_DAYS < 183:
    raise environ.ImproperlyConfigured("READ_LOG_DAYS is less than 183; the law asks for six months of logs")
# On PostgreSQL each row is a statement after the response. On SQLite rows wait in a file for a job, because each would
# take the single write lock.
READ_LOG_AT_ONCE = not database.is_sqlite(DATABASES["default"])
READ_ALERT_PER_HOUR = env.int("READ_ALERT_PER_HOUR", default=300)
# Size limit of a scan; a request with files may be one mebibyte larger. Checked before reading.
PAPER_MAX_BYTES = env.int("PAPER_MAX_MIB", default=20) * 1024 * 1024
PACKAGE_MAX_BYTES = env.int("PACKAGE_MAX_MIB", default=200) * 1024 * 1024
# Address of clamd: socket path or host:port. Empty: uploads are marked as not scanned.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
FILE_UPLOAD_HANDLERS = [
    "agencies.kernel.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail and webhooks, the only outgoing channels. Without MAIL_URL no mail is sent. A mail only says how many items wait
# and where, because it leaves the network.

MAIL_URL = env.str("MAIL_URL", default="")
MAILS = bool(MAIL_URL)
MAIL_FROM = env.str("MAIL_FROM", default="")
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
MAIL_TIMEOUT = 10
if MAILS:
    if not (MAIL_FROM and PUBLIC_URL.startswith(("https://", "http://"))):
        raise environ.ImproperlyConfigured("with MAIL_URL, set MAIL_FROM (the sender) and PUBLIC_URL (of this service)")
    _mail = env.email_url("MAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = MAIL_TIMEOUT
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Comma-separated private networks that webhooks may use, the allowed ports, and the certificate authority.
WEBHOOK_NETWORKS = [ip_network(one) for one in env.list("WEBHOOK_NETWORKS", default=[])]
WEBHOOK_PORTS = [int(one) for one in env.list("WEBHOOK_PORTS", default=["443"])]
WEBHOOK_CA = env.str("WEBHOOK_CA", default="")

# API

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["agencies.kernel.json_input.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agencies.machines.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "agencies.kernel.negotiation.Negotiation",
    "URL_FORMAT_OVERRIDE": None,  # no parameter `format`: there is one format, and unknown parameters are refused
    "DEFAULT_PERMISSION_CLASSES": ["agencies.kernel.permissions.DeniedByDefault"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agencies.kernel.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Joint enforcement coordination",
    "DESCRIPTION": (
        "The actions that officers use in the browser, over JSON. A machine sends a key and may use the operations "
        "that offer `bearer`, if the key has the scope named there. All other operations are for people, who "
        "use their session and send the header X-CSRFToken with every POST."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["coordination.api.schema.complete"],
}

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "coordination" / "site" / "locale"]
FORMAT_MODULE_PATH = ["coordination.site.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files: names contain the digest, so browsers may cache them forever.

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Received scans and issued papers. Served only by views that check permissions.
    "papers": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "papers",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Uploads in which malware was found; never served.
    "quarantine": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "quarantine",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "coordination.config.static_files.StaticFiles"},
}
# Exported lists, kept for a day.
EXPORTS_DIR = DATA_DIR / "exports"

# Logging: stderr only, because commands write their results to standard output.

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# Sending, receiving and finishing a job is not worth logging; it happens every five seconds.
_JOB_LEVEL = "INFO" if LOG_LEVEL == "DEBUG" else "WARNING"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "coordination.config.logs.TraceFilter"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s [%(trace_id)s] %(message)s"},
        "json": {"()": "coordination.config.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["trace"],
            "formatter": "json" if PRODUCTION else "plain",
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would mail the request with its form fields to the administrators.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # Screen rules that do not apply to print are not worth logging.
        "weasyprint": {"level": "ERROR"},
        "celery.beat": {"level": _JOB_LEVEL},
        "celery.worker.strategy": {"level": _JOB_LEVEL},
        "celery.app.trace": {"level": _JOB_LEVEL},
    },
}
