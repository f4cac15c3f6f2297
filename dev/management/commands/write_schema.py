"""`python -m dev write_schema`: writes the schema that the migrations make, for the engine of DATABASE_URL.

On PostgreSQL the role must be allowed to create a database. Run it on both engines after each new migration.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from coordination.tooling.schema import listing, schema_file


class Command(BaseCommand):
    help = "Migrates a temporary database and writes its schema to the file with which databases are compared."

    def handle(self, *args: Any, **options: Any) -> None:
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            schema_file().write_text("\n".join(listing()) + "\n", encoding="utf-8")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
        self.stdout.write(f"{schema_file()} is written.")
