from django.core.management.commands import migrate

from coordination.tooling.migrating import Executor

# Django's command has no other place for an executor.
vars(migrate)["MigrationExecutor"] = Executor


class Command(migrate.Command):
    """Django's, with a state that renders new models without those they refer to."""
