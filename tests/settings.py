"""Settings of the test suite: a temporary data folder, a fast password hash, and jobs that run at once.

Everything else is as in production, so that tests show what the product does. DATABASE_URL selects the database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="coordination-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for name in ("ALLOWED_HOSTS", "DEBUG", "ENVIRONMENT", "LOG_LEVEL"):
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = _folder
os.environ["SECRET_KEY"] = "the key of the test suite, which signs nothing that is used outside it"
os.environ["DEMO_PASSWORD"] = "the suite's own demo password"

from coordination.config.database import is_sqlite  # noqa: E402 - likewise
from coordination.config.settings import *  # noqa: E402, F403 - it reads the environment set above
from coordination.config.settings import (  # noqa: E402 - used below
    DATA_DIR,
    DATABASES,
    INSTALLED_APPS,
    STATIC_ROOT,
    STORAGES,
)

INSTALLED_APPS = [*INSTALLED_APPS, "dev"]

if is_sqlite(DATABASES["default"]):
    # A file, as in the product: an in-memory database has one connection, so that no test of races would work.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # The database is dropped afterwards, so it need not survive a power failure.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

# Pages are measured in queries, so none asks for a newer version; a test that publishes one calls `store.forget`.
CONTROL_RULES_CHECK_SECONDS = None

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Files are served from their folders; a separate test covers `collectstatic`.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir()
WHITENOISE_USE_FINDERS = True
# With the product's own files, so that Chromium fetches and compiles axe once and not on each page.
STATICFILES_DIRS = [("axe-core", str(Path(__file__).parent / "vendor" / "axe-core"))]

# The workers of the suite share one Redis, but each test must start with an empty cache.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# Tests that count statements count those of the response only. Tests of the read log set this to True.
READ_LOG_AT_ONCE = False
