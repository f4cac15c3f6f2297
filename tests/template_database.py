"""The migrated SQLite database, built once for each set of migrations and copied from then on.

Migrating costs more than a file of tests. What is kept is migrated and otherwise empty: reference data and people are
loaded into the copy, so that a change of either is seen at once.
"""

import hashlib
import os
import sqlite3
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
# What a migration runs besides itself: the triggers.
MADE_OF = ("*/*/migrations/*.py", "agencies/journal/triggers.py")


def name_of_template() -> Path:
    """A changed migration, or another Django, has a template of its own."""
    told = hashlib.sha256(django.__version__.encode())
    for path in sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern)):
        told.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return KEPT / f"{told.hexdigest()[:20]}.sqlite3"


def place_template() -> bool:
    """Copies the template to where the suite expects its database, if there is one."""
    database, template = settings.DATABASES["default"], name_of_template()
    if database["ENGINE"] != "django.db.backends.sqlite3" or not template.exists():
        return False
    Path(database["TEST"]["NAME"]).write_bytes(template.read_bytes())
    return True


def keep_template() -> None:
    """Keeps the database just migrated; the last of several processes to do so wins, with the same bytes."""
    database, template = settings.DATABASES["default"], name_of_template()
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    fresh = KEPT / f"{os.getpid()}.new"
    with sqlite3.connect(database["NAME"]) as migrated:
        migrated.execute("VACUUM INTO ?", [str(fresh)])
    fresh.replace(template)
