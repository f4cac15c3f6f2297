from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection

from coordination.tooling.migrating import Executor

# Django's command has no other place for an executor.
vars(migrate)["MigrationExecutor"] = Executor


class Command(migrate.Command):
    """Django's, with a state that renders new models without those they refer to. On PostgreSQL with two roles it then
    grants the application its rights, because new tables have none yet."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if (
            settings.RUNS_AS_OWNER
            and connection.vendor == "postgresql"
            and not (options["plan"] or options["check_unapplied"])
        ):
            call_command("grant_application_role", stdout=self.stdout)
