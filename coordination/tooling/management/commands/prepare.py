from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from agencies.kernel.one_at_a_time import one_at_a_time
from agencies.kernel.statistics import analyse_if_never_done


class Command(BaseCommand):
    """One process for what `make run` needs done first, since starting Python five times takes longer than the work."""

    help = "Brings translations, static files, database, reference data and (in development) the demo up to date."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        # Two at once on an empty database would make the same tables.
        with one_at_a_time("prepare", settings.DATA_DIR):
            self.prepare()

    def prepare(self) -> None:
        call_command("protect_data", stdout=self.stdout)
        call_command("compile_translations")
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference")
        if settings.TRAINING:
            call_command("prepare_training")
        elif not settings.PRODUCTION:
            call_command("load_demo")
        call_command("rebuild_search")
        analyse_if_never_done()
