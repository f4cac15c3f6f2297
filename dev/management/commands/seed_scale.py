"""`python -m dev seed_scale`: fills a database with generated cases, for measurements."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.kernel import times
from agencies.people.models import User
from dev.scale.seeding import seed


class Command(BaseCommand):
    help = "Fill a database with N generated cases and related data, for measurements. Not in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Generated cases do not belong in a production system.")
        if options["cases"] < 1:
            raise CommandError("--cases must be at least 1.")
        if not User.objects.filter(is_demo=True).exists():
            raise CommandError("The cases need the accounts of the demonstration: run python -m dev demonstrate first.")
        try:
            done = seed(
                options["cases"],
                seed=options["seed"],
                now=times.now(),
                report=lambda count: self.stdout.write(f"{count:,} cases"),
            )
        except ValueError as had:
            raise CommandError(str(had)) from had
        rate = done.cases / done.seconds
        self.stdout.write(f"{done.cases:,} cases, {done.rows:,} rows in {done.seconds:.1f} s: {rate:,.0f} cases/s")
