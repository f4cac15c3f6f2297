"""What is kept of each release in `tests/fixtures/releases`: digests of its migrations, and a backup for each engine.

Backups are made, restored and upgraded by the commands of docs/upgrading.md, as an operator runs them.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings

from dev.management.commands.bench import server

FOLDER = settings.BASE_DIR / "tests/fixtures/releases"
GUIDE = settings.BASE_DIR / "docs/upgrading.md"
PRODUCT = ("agencies", "cases", "coordination")
CONTENT = """
./manage.py prepare
python -m dev demonstrate --without-history
python -m dev shell --command "from agencies.journal.checkpoints import write_checkpoints; write_checkpoints()"
"""


def digests() -> dict[str, str]:
    """The SHA-256 digest of each migration of the product, by its path."""
    root, found = settings.BASE_DIR, {}
    for path in sorted(path for part in PRODUCT for path in (root / part).glob("**/migrations/0*.py")):
        found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def commands(heading: str) -> str:
    """The commands under a heading of the guide."""
    _, _, section = GUIDE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    return section.partition("```sh\n")[2].partition("```")[0]


def run(script: str, environ: dict[str, str]) -> None:
    """Raises CalledProcessError if one of the commands fails."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {"PATH": path, "SECRET_KEY": "of the databases that are kept of each release", **environ}
    subprocess.run(  # noqa: S603 - commands of this repository
        ["/bin/bash", "-euc", script], cwd=settings.BASE_DIR, env=given, check=True
    )


@contextmanager
def system(engine: str, *, two_roles: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a system with an empty data folder and an empty database, "SQLite" or "PostgreSQL"; both are
    removed afterwards. On PostgreSQL the role of DATABASE_URL must be allowed to create databases and roles."""
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        environ = {"DATA_DIR": f"{folder}/var", "BACKUP": f"{folder}/kept/backup", "KEYS": f"{folder}/kept/keys"}
        Path(environ["DATA_DIR"]).mkdir()
        if engine == "SQLite":
            yield environ
            return
        with _postgresql(two_roles) as addresses:
            yield environ | addresses


@contextmanager
def _postgresql(two_roles: bool) -> Iterator[dict[str, str]]:
    name = f"release_{secrets.token_hex(4)}"
    with psycopg.connect(**server(), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
        link.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        if two_roles:
            link.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
        known = link.info
        given = {"host": known.host, "port": known.port, "user": known.user, "password": known.password}
        owner = f"postgres:///{name}?{urlencode({key: value for key, value in given.items() if value})}"
        host = "127.0.0.1" if known.host.startswith("/") else known.host  # by password, which sockets may not accept
        application = f"postgres://{name}:{name}@{host}:{known.port}/{name}"
        try:
            yield {"DATABASE_URL": application, "MIGRATE_DATABASE_URL": owner} if two_roles else {"DATABASE_URL": owner}
        finally:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")
            link.execute(f"DROP ROLE IF EXISTS {name}")


def make(engine: str, folder: Path) -> Path:
    """Plays the demonstration and returns the archive of its backup. On PostgreSQL the dump names two roles."""
    with system(engine, two_roles=True) as environ:
        run(CONTENT, environ)
        # Not compressed twice: the archive does it better.
        run(commands(f"Backup on {engine}").replace("--format custom", "--format custom --compress 0"), environ)
        kept = Path(environ["BACKUP"]).parent
        return Path(shutil.make_archive(str(folder / engine.lower()), "xztar", kept))


def upgrade(archive: Path, engine: str, environ: dict[str, str]) -> None:
    """Restores a backup in this system and upgrades it. Raises CalledProcessError if a command fails."""
    shutil.unpack_archive(archive, Path(environ["BACKUP"]).parent)
    run(commands(f"Restore on {engine}"), environ)
    run(commands("Upgrade"), environ)
