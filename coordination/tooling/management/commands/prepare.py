from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from agencies.kernel.locks import exclusive_lock
from coordination.insight.metrics.following import read_until
from coordination.tooling import schema


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
        call_command("migrate", interactive=False, verbosity=0)
        if found := schema.differences():
            raise CommandError(schema.refusal(found))
        call_command("load_reference")
        if settings.TRAINING:
            call_command("prepare_training")
        call_command("rebuild_search")
        if read_until() is None:
            call_command("rebuild_metrics")
