"""`python -m dev bench_size`: one size of `python -m dev bench`, on the empty database of the settings."""

import json
import secrets
import sys
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.kernel import times
from agencies.people.demo import load_demo_users
from cases.casefile.models import Case
from dev.bench.size import measure
from dev.scale.seeding import seed


class Command(BaseCommand):
    help = "Fill an empty database with generated cases and measure it; used by python -m dev bench. Prints JSON last."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Generated cases do not belong in a production system.")
        for command in ("compile_translations", "collectstatic", "migrate"):
            rest = {} if command == "compile_translations" else {"interactive": False, "verbosity": 0}
            call_command(command, stdout=StringIO(), **rest)
        call_command("load_reference", stdout=StringIO())
        if Case.objects.exists():
            raise CommandError("The database has cases: only an empty one is measured.")
        password = secrets.token_urlsafe(16)
        load_demo_users(password)
        done = seed(options["cases"], seed=1, now=times.now(), report=self._report)
        figures = {"rows": done.rows, **measure(password, done)}
        self.stdout.write(json.dumps(figures))

    def _report(self, count: int) -> None:
        print(f"{count:,} cases", file=sys.stderr)  # noqa: T201 - standard output is the figures'
