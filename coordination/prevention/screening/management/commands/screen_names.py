"""`manage.py screen_names`: compares everybody named in open cases and leads with the lists. Resumable at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.prevention.screening.actions import screen_all


class Command(BaseCommand):
    help = "Compare all parties of open cases and leads with the lists. May run beside the worker, and again."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for count in screen_all():
            done += count
            self.stdout.write(f"{done:,} cases and leads")
        self.stdout.write(f"Screened: {done:,} cases and leads.")
