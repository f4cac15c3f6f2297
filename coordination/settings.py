"""One settings file, read from the environment; the same for web, worker and command line.

DATABASE_URL and REDIS_URL choose the services; without them everything lives under `var/`. README lists the names.
"""

import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from kombu import Queue

from coordination import database, private_files, secrets

private_files.take_mask()
env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT = env.str("ENVIRONMENT", default="development")
if ENVIRONMENT not in ("development", "training", "production"):
    raise environ.ImproperlyConfigured(
        f"ENVIRONMENT is {ENVIRONMENT!r}; it must be development, training or production"
    )
PRODUCTION = ENVIRONMENT == "production"
TRAINING = ENVIRONMENT == "training"
# Everything the product writes: the embedded database and broker, generated secrets, collected static files.
# Who practises does so beside whatever else is kept here, never in it.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var" / ("training" if TRAINING else "")))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
# What opens the texts that are kept encrypted (`agencies.kernel.sealing`). Outside the database; `prepare` makes it.
CONTENT_KEY_FILE = Path(env.str("CONTENT_KEY_FILE", default=str(DATA_DIR / "content-key.json"))).resolve()

# Risks of this installation that its operator accepts, by name (`coordination.production.WAIVERS`).
PRODUCTION_WAIVERS = env.list("PRODUCTION_WAIVERS", default=[])

# Lines that the journal's checkpoints leave outside the database (`agencies.journal.checkpoints`).
CHECKPOINT_FILE = Path(env.str("CHECKPOINT_FILE", default=str(DATA_DIR / "checkpoints.jsonl"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secrets.obtain("SECRET_KEY", folder=DATA_DIR, generate=not PRODUCTION)
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
    "agencies.idempotency",
    "agencies.organs",
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
    "cases.custody",
    "cases.proceedings",
    "cases.intake",
    "coordination.desk",
    "coordination.saved",
    "coordination.notifications",
    "coordination.outcomes",
    "coordination.channels",
    "coordination.escalation",
    "coordination.routing",
    "coordination.tasks",
    "coordination.playbooks",
    "coordination.corrections",
    "coordination.sealed",
    "coordination.reading",
    "coordination.referrals",
    "coordination.notes",
    "coordination.directions",
    "coordination.opinions",
    "coordination.conferences",
    "coordination.chasing",
    "coordination.briefing",
    "coordination.search",
    "coordination.metrics",
    "coordination",
]

MIDDLEWARE = [
    "agencies.kernel.health.LivenessMiddleware",
    "coordination.proxies.ClientAddressMiddleware",
    "agencies.kernel.middleware.TraceMiddleware",
    "coordination.read_log.ReadLogMiddleware",
    "coordination.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coordination.starting.StartMiddleware",
    "coordination.sessions.SessionMiddleware",
    "coordination.api_requests.SlashMiddleware",
    "coordination.api_requests.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "agencies.people.middleware.ActorMiddleware",
    "agencies.kernel.doors.DefaultDenyMiddleware",
    "coordination.scanned.ScanMiddleware",
    "coordination.notifications.ring.RingMiddleware",
    "coordination.errors.RefusalMiddleware",
    "coordination.unsent.SentMiddleware",
]

ROOT_URLCONF = "coordination.urls"
WSGI_APPLICATION = "coordination.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["agencies.kernel.lean.Filesystem", "agencies.kernel.lean.AppDirectories"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "coordination.navigation.context",
            ],
        },
    },
]

# Database

EMBEDDED_DATABASE = f"sqlite:///{DATA_DIR / 'coordination.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL", default=EMBEDDED_DATABASE)}
# On PostgreSQL the tables may belong to a role of their own, which only these commands use; the role of DATABASE_URL
# then cannot change what the journal holds (`agencies.journal.grants`).
APPLICATION_ROLE = DATABASES["default"].get("USER", "")
RUNS_AS_OWNER = "MIGRATE_DATABASE_URL" in env and database.is_owners_command(sys.argv)
if RUNS_AS_OWNER:
    DATABASES["default"] = env.db_url("MIGRATE_DATABASE_URL")
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # A transaction takes the write lock when it begins: one that reads first and writes later would otherwise
        # fail at once when another wrote in between, and no busy timeout helps that.
        "transaction_mode": "IMMEDIATE",
        # FULL: an acknowledged write survives a power cut. Django itself turns foreign keys on.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Long: the first question of each kind on a fresh connection costs as much again to plan.
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES["default"] = database.configured(_database, database.COMMAND)

# Cache: Redis where there is one. Without it the web server is one process, so that process's memory serves them
# all, and a table in the database would only add writes. Nothing that must work while Redis is down may use the cache.

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Jobs. Redis (or a folder) is a doorbell: what must happen stands in the database, a job carries ids only, may be
# lost, and may run twice; a sweep finds what a lost ring left behind.

BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        # Longer than any job may run, else a running one is given to a second worker. The two options after it make
        # a killed worker's jobs come back then; by default the broker looks for them only every 100 seconds.
        "visibility_timeout": 90,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # Ringing must not hold a request while Redis is away: one more try at once, then the sweep will do.
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
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# What follows a burst of reports waits in queues of its own, so that notices never wait behind it. `serve` gives these
# queues a worker of their own where there is Redis; a worker that is started without `--queues` reads all of them.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("routing"), Queue("indexing")]
CELERY_TASK_ROUTES = {"routing.route": {"queue": "routing"}, "search.index_changed": {"queue": "indexing"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# A folder has no publish/subscribe worth the name, and nobody to command the one worker that reads it.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "operation.tick": {"task": "operation.tick", "schedule": 10.0, "options": {"expires": 10}},
    # A ring after the commit is faster; this finds what a lost one left. Notices wait five seconds at worst.
    "notifications.drain": {"task": "notifications.drain", "schedule": 5.0, "options": {"expires": 5}},
    "channels.plan": {"task": "channels.plan", "schedule": 10.0, "options": {"expires": 10}},
    "channels.send": {"task": "channels.send", "schedule": 15.0, "options": {"expires": 15}},
    "channels.tidy": {"task": "channels.tidy", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "outcomes.tell": {"task": "outcomes.tell", "schedule": 10.0, "options": {"expires": 10}},
    "outcomes.sweep": {"task": "outcomes.sweep", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "runs.work": {"task": "runs.work", "schedule": 5.0, "options": {"expires": 5}},
    # No ring: what arrived is routed five seconds later at worst.
    "routing.route": {"task": "routing.route", "schedule": 5.0, "options": {"expires": 5}},
    "escalation.climb": {"task": "escalation.climb", "schedule": 60.0, "options": {"expires": 60}},
    "chasing.settle": {"task": "chasing.settle", "schedule": 60.0, "options": {"expires": 60}},
    "clocks.sweep": {"task": "clocks.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "proceedings.lapse_measures": {
        "task": "proceedings.lapse_measures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # No ring for this one: what changed is found anew five seconds later at worst.
    "search.index_changed": {"task": "search.index_changed", "schedule": 5.0, "options": {"expires": 5}},
    # It keeps its own pace; this only asks it often enough.
    "metrics.count_ahead": {"task": "metrics.count_ahead", "schedule": 60.0, "options": {"expires": 60}},
    # No ring either: facts are changed by many acts, none of which knows of opinions.
    "opinions.follow_facts": {"task": "opinions.follow_facts", "schedule": 10.0, "options": {"expires": 10}},
    # Nobody rings for this one either: it follows the journal, whichever door wrote there.
    "playbooks.follow": {"task": "playbooks.follow", "schedule": 10.0, "options": {"expires": 10}},
    "papers.sweep_orphans": {
        "task": "papers.sweep_orphans",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "confirmations.sweep": {
        "task": "confirmations.sweep",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "desk.drop_old_drafts": {
        "task": "desk.drop_old_drafts",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "idempotency.forget": {
        "task": "idempotency.forget",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # Every reading waits in a file on SQLite; on PostgreSQL only what the database could not take.
    "reading.take_in": {"task": "reading.take_in", "schedule": 10.0, "options": {"expires": 10}},
    "reading.watch": {"task": "reading.watch", "schedule": 60.0, "options": {"expires": 60}},
    "reading.forget": {"task": "reading.forget", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    # Whatever was done, once an hour: that one more is written would tell the auditor of acts that he does not see.
    "journal.checkpoint": {"task": "journal.checkpoint", "schedule": timedelta(hours=1), "options": {"expires": 1800}},
    "exports.sweep": {"task": "exports.sweep", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "sharing.end_lapsed": {"task": "sharing.end_lapsed", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
}

# People

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# scrypt is the memory-hard one that needs no further package.
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

SESSION_ENGINE = "coordination.sessions"
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_REFRESH_AFTER = 5 * 60

# Cookies. `__Host-` lets no other host or path set them, and needs TLS. Lax and not Strict, because a link that a
# colleague sends must open; whatever writes is a POST with a token.

_COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "coordination.errors.csrf_failure"
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}device"  # a browser in which an account has signed in, see people.throttle
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}language"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60

# Transport and headers. TLS ends at the proxy, which must be one that gunicorn trusts (FORWARDED_ALLOW_IPS).

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
# To be verified: whether the period of an administrative measure begins "anew" when goods come back from the police, or
# what was used of it before counts ("remaining", the strict reading).
GOODS_BACK_PERIOD = env.str("GOODS_BACK_PERIOD", default="remaining")
if GOODS_BACK_PERIOD not in ("remaining", "anew"):
    raise environ.ImproperlyConfigured("GOODS_BACK_PERIOD is neither remaining nor anew")
# The read log names persons: how long it is kept, and how many reads of one person in an hour raise an alert. Half a
# year is the least that the Cybersecurity Law asks of logs (网络安全法 art. 21).
READ_LOG_DAYS = env.int("READ_LOG_DAYS", default=3 * 365)
if READ_LOG_DAYS < 183:
    raise environ.ImproperlyConfigured("READ_LOG_DAYS is less than 183; the law asks for six months of logs")
# On PostgreSQL each row is a statement of its own after the answer; on SQLite it waits in a file for a job, since every
# row by itself would take the one write lock.
READ_LOG_AT_ONCE = DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3"
READ_ALERT_PER_HOUR = env.int("READ_ALERT_PER_HOUR", default=300)
# The largest scan; a whole request with files may be a mebibyte longer. Checked before anything is read.
PAPER_MAX_BYTES = env.int("PAPER_MAX_MIB", default=20) * 1024 * 1024
PACKAGE_MAX_BYTES = env.int("PACKAGE_MAX_MIB", default=200) * 1024 * 1024
# Where clamd listens: the path of its socket, or host:port. Empty: uploads are marked as not scanned.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
FILE_UPLOAD_HANDLERS = [
    "agencies.kernel.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail and doorbells: the only two ways out of here. Without MAIL_URL no mail is attempted. A mail says how many items
# wait and where, nothing else: it leaves the network.

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
# Networks, by comma, whose addresses a doorbell may have although they are private; the ports that
# may be called; and who signed their certificates.
DOORBELL_NETWORKS = [ip_network(one) for one in env.list("DOORBELL_NETWORKS", default=[])]
DOORBELL_PORTS = [int(one) for one in env.list("DOORBELL_PORTS", default=["443"])]
DOORBELL_CA = env.str("DOORBELL_CA", default="")

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
    "DEFAULT_PERMISSION_CLASSES": ["agencies.kernel.doors.DeniedByDefault"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agencies.kernel.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Joint enforcement coordination",
    "DESCRIPTION": (
        "The actions that officers use in the browser, over JSON. A machine sends a key and may use the operations "
        "that offer `bearer`, if the key has the scope that stands there. All other operations are for persons, who "
        "use their session and send the header X-CSRFToken with every POST."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["coordination.api.schema.add_problems"],
}

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "coordination" / "locale"]
FORMAT_MODULE_PATH = ["coordination.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files: the name carries the digest, so a browser may keep them for ever.

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Scans that came in and papers that went out. Never under a URL of their own: a view asks who may have them.
    "papers": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "papers",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Uploads in which malware was found; nothing serves them.
    "quarantine": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "quarantine",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "coordination.static_files.StaticFiles"},
}
# Lists that were taken out as files, for a day.
EXPORTS_DIR = DATA_DIR / "exports"

# Logging: stderr only, for standard output belongs to the answers of commands.

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# That a job was rung for, received and done is no news, and it would be told every five seconds.
_JOB_LEVEL = "INFO" if LOG_LEVEL == "DEBUG" else "WARNING"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "coordination.logs.TraceFilter"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s [%(trace_id)s] %(message)s"},
        "json": {"()": "coordination.logs.JsonLines"},
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
        # Which rules for the screen mean nothing on paper is no news.
        "weasyprint": {"level": "ERROR"},
        "celery.beat": {"level": _JOB_LEVEL},
        "celery.worker.strategy": {"level": _JOB_LEVEL},
        "celery.app.trace": {"level": _JOB_LEVEL},
    },
}
