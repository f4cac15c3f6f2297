"""The suite's databases: migrated once for each set of migrations, then copied; put back after a test that commits.

1. The template is migrated and otherwise empty. It is named by a digest of the migrations and kept from run to run.
2. Each process of the suite copies it, and loads reference data and people into the copy: the stage.
3. A transactional test commits. Afterwards the stage is put back from a second copy, with the same ids. Django's own
   flush would leave the database empty.
"""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
# What a migration runs besides itself: the triggers and the full-text index.
MADE_OF = ("*/**/migrations/*.py", "agencies/journal/triggers.py", "coordination/insight/search/fulltext.py")


def digest_of_migrations() -> str:
    """A changed migration, another list of apps, or another Django, has a template of its own."""
    digest = hashlib.sha256(" ".join((django.__version__, *settings.INSTALLED_APPS)).encode())
    for path in sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:20]


class Databases:
    """Those of this process; the engines know how to copy and drop them."""

    template: str
    test: str
    stage: str

    def prepare(self) -> None:
        """Makes the database of this process from the template; first the template, if these migrations have none."""
        with self.lock():
            self.make_template()
            self.copy(self.template, self.test)
        use(self.test)

    def make_template(self) -> None:
        if self.exists(self.template):
            return
        self.drop_stale_templates()
        fresh = f"{self.template}.{os.getpid()}"
        self.create(fresh)
        use(fresh)
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        self.rename(fresh, self.template)

    def keep_stage(self) -> None:
        """Called once, with the stage set."""
        connections.close_all()
        self.copy(self.test, self.stage)

    def put_back_stage(self) -> None:
        """Undoes what was committed since, with ids and sequences."""
        connections.close_all()
        self.copy(self.stage, self.test)

    def remove(self) -> None:
        connections.close_all()
        self.drop(self.test)
        self.drop(self.stage)

    def lock(self) -> AbstractContextManager[None]:
        """Held while the template is looked for, made and copied: one process migrates, the others wait."""
        raise NotImplementedError

    def exists(self, name: str) -> bool:
        raise NotImplementedError

    def create(self, name: str) -> None:
        raise NotImplementedError

    def rename(self, name: str, to: str) -> None:
        raise NotImplementedError

    def copy(self, name: str, to: str) -> None:
        raise NotImplementedError

    def drop(self, name: str) -> None:
        raise NotImplementedError

    def drop_stale_templates(self) -> None:
        raise NotImplementedError


def kept_file() -> Path:
    return KEPT / f"{digest_of_migrations()}.sqlite3"


def migrated_file(to: Path) -> bool:
    """Copies a migrated database for another process. Returns False if no run on SQLite has kept one yet."""
    if not kept_file().exists():
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(kept_file())) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return True


class SQLite(Databases):
    """Databases are files, named by their paths."""

    def __init__(self) -> None:
        self.template = str(kept_file())
        self.test = str(settings.DATABASES["default"]["TEST"]["NAME"])
        self.stage = f"{self.test}.stage"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The system forgets it with the process."""
        KEPT.mkdir(parents=True, exist_ok=True)
        with (KEPT / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def create(self, name: str) -> None:
        Path(name).unlink(missing_ok=True)  # the first connection makes it

    def rename(self, name: str, to: str) -> None:
        with closing(sqlite3.connect(name)) as finished:  # else some of it would lie in the write-ahead log
            finished.execute("PRAGMA journal_mode=DELETE")
        Path(name).replace(to)

    def drop_stale_templates(self) -> None:
        for older in KEPT.glob("*.sqlite3*"):
            older.unlink()

    def copy(self, name: str, to: str) -> None:
        """By SQLite itself, page by page in one transaction: connections that are open to the copy stay right."""
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)

    def drop(self, name: str) -> None:
        Path(name).unlink(missing_ok=True)


class PostgreSQL(Databases):
    """Databases of one server, made and dropped by statements to its maintenance database."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        prefix = f"{database['NAME']}_migrated_"
        self.templates = prefix.replace("_", r"\_") + "%"
        self.template = prefix + digest_of_migrations()
        self.test = str(database.get("TEST", {}).get("NAME") or f"test_{database['NAME']}")
        self.stage = f"{self.test}_stage"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The server forgets it with the connection."""
        with connection._nodb_cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")  # to migrate takes longer than the product would wait for a lock
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.templates])
            yield

    def ask(self, statement: str, *given: Any) -> list[tuple[Any, ...]]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement, given or None)
            return cursor.fetchall() if cursor.description else []

    def exists(self, name: str) -> bool:
        return bool(self.ask("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def create(self, name: str) -> None:
        self.drop(name)
        self.ask(f"CREATE DATABASE {quoted(name)}")

    def rename(self, name: str, to: str) -> None:
        self.ask(f"ALTER DATABASE {quoted(name)} RENAME TO {quoted(to)}")

    def drop_stale_templates(self) -> None:
        for (older,) in self.ask("SELECT datname FROM pg_database WHERE datname LIKE %s", self.templates):
            self.drop(older)

    def copy(self, name: str, to: str) -> None:
        self.drop(to)
        self.ask(f"CREATE DATABASE {quoted(to)} TEMPLATE {quoted(name)}")

    def drop(self, name: str) -> None:
        self.ask(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


in_use: str | None = None


def use(name: str) -> None:
    """From here on the product's connection leads to this database."""
    global in_use
    connections.close_all()
    in_use = settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def check_settings() -> None:
    """Fails if a thread that connects now would open another database than this one does."""
    assert in_use in (None, settings.DATABASES["default"]["NAME"]), "put settings.DATABASES back after the test"


def databases_of_this_process() -> Databases:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
