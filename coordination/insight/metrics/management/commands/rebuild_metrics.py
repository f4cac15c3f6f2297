"""`manage.py rebuild_metrics`: derives all facts of figures anew and sums up their months."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from coordination.insight.metrics.following import FollowingProgress, rebuild


class Command(BaseCommand):
    help = "Repair the figures from the records. It may run at any time and be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from-nothing",
            action="store_true",
            help="delete all facts first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = FollowingProgress(0, 0)
        for done in rebuild(from_nothing=options["from_nothing"]):
            self.stdout.write(f"{done.matters:,} matters, {done.rows:,} rows")
        self.stdout.write(f"Done: {done.matters:,} matters, {done.rows:,} rows written.")
