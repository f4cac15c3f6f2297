"""`python -m dev make_release`: writes what is kept of a release, for the version in the settings."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from dev import releases


class Command(BaseCommand):
    help = (
        "Write the digests of all migrations, and a backup of the demonstration on SQLite and on the PostgreSQL server "
        "of DATABASE_URL, to tests/fixtures/releases. Takes minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = releases.FOLDER / settings.VERSION
        if connection.vendor != "postgresql":
            raise CommandError("set DATABASE_URL to a PostgreSQL server; the database itself is not touched")
        if folder.exists():
            raise CommandError(f"{folder} exists; a release is never changed")
        folder.mkdir(parents=True)
        for engine in ("SQLite", "PostgreSQL"):
            releases.make(engine, folder)
        lines = [f"{digest}  {path}\n" for path, digest in releases.digests().items()]
        (folder / "migrations.sha256").write_text("".join(lines), encoding="utf-8")
        self.stdout.write(f"{folder} is written.")
