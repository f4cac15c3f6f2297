"""`manage.py grant_application_role`: grants the role in DATABASE_URL its rights, as the owner of the tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from agencies.journal.grants import grant_to


class Command(BaseCommand):
    help = (
        "Grants the role in DATABASE_URL only the rights it needs: on the journal it may only read and append. "
        "Runs as the role in MIGRATE_DATABASE_URL; every migrate does the same at its end."
    )

    def handle(self, **options: Any) -> None:
        if not settings.RUNS_AS_OWNER or connection.vendor != "postgresql":
            raise CommandError("set MIGRATE_DATABASE_URL to the owner of the tables on PostgreSQL")
        role = settings.APPLICATION_ROLE
        if not role or role == connection.settings_dict["USER"]:
            raise CommandError("DATABASE_URL and MIGRATE_DATABASE_URL must name two different roles")
        grant_to(role)
        self.stdout.write(f"{role} may read and write the tables, and only read and append to the journal.")
