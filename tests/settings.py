"""The product's settings for the suite: a throw-away data folder, cheap passwords, jobs run in place.

Everything else is as in production, so that what the suite shows is what the product does. DATABASE_URL still
chooses the database.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="coordination-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for name in ("ALLOWED_HOSTS", "DEBUG", "ENVIRONMENT", "LOG_LEVEL"):
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = _folder
os.environ["SECRET_KEY"] = "the suite's own, which signs nothing that outlives it"
os.environ["DEMO_PASSWORD"] = "the suite's own demo password"

from coordination.config.settings import *  # noqa: E402, F403 - the environment above must stand before it is read
from coordination.config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402 - named for their use below

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in the product: an in-memory database is one connection, and nothing could race in it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # A database that is dropped afterwards need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Files straight from their folders; `collectstatic` is tried by a test of its own.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir()
WHITENOISE_USE_FINDERS = True

# The workers of the suite share one Redis, and a test must find the cache empty.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# Tests that count statements count those of the answer; a test of the read log writes it at once.
READ_LOG_AT_ONCE = False
