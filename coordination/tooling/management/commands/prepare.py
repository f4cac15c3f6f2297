from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from agencies.kernel.locks import exclusive_lock
from coordination.insight.metrics.following import read_until


class Command(BaseCommand):
    """One process for all preparation of `make run`, because starting Python five times takes longer than the work."""

    help = (
        "Brings translations, static files, database and reference data up to date; in training, practice matters too."
    )
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        # Two concurrent runs on an empty database would create the same tables.
        with exclusive_lock("prepare", settings.DATA_DIR):
            self.prepare()

    def prepare(self) -> None:
        call_command("protect_data", stdout=self.stdout)
        call_command("compile_translations")
        call_command("collectstatic", interactive=False, verbosity=0)
        refuse_older_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference")
        if settings.TRAINING:
            call_command("prepare_training")
        call_command("rebuild_search")
        if read_until() is None:
            call_command("rebuild_metrics")


def refuse_older_database() -> None:
    """Raises CommandError for a database whose recorded migrations this version does not contain.

    The migrations of versions before the first release were replaced by one per app; such a database cannot be
    carried over.
    """
    loader = MigrationLoader(connection)
    own_apps = loader.migrated_apps
    unknown = sorted(key for key in (loader.applied_migrations or {}) if key not in loader.graph.nodes)
    older = [f"{app}.{name}" for app, name in unknown if app in own_apps or app not in loader.unmigrated_apps]
    if older:
        raise CommandError(
            f"The database {settings.DATABASES['default']['NAME']} was made by an older version of this product "
            f"({len(older)} unknown migrations, such as {older[0]}). It cannot be carried over. Move the folder "
            f"{settings.DATA_DIR} aside or name another one in DATA_DIR, on PostgreSQL name an empty database in "
            "DATABASE_URL, and run this command again."
        )
