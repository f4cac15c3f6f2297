from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection


class Command(migrate.Command):
    """On PostgreSQL with two roles, grants the application its rights afterwards: new tables have none yet."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if (
            settings.RUNS_AS_OWNER
            and connection.vendor == "postgresql"
            and not (options["plan"] or options["check_unapplied"])
        ):
            call_command("grant_application_role", stdout=self.stdout)
