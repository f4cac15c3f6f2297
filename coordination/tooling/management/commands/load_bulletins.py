"""`manage.py load_bulletins`: bulletins of the demonstration and what else rests on its figures. Idempotent."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.kernel import times
from agencies.people.models import User
from coordination.tooling.demo.on_figures import load_what_rests_on_figures


class Command(BaseCommand):
    help = "Load the bulletins of the demonstration, after its figures. Not in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or settings.TRAINING:
            raise CommandError("These bulletins belong to the demonstration only.")
        if not User.objects.filter(is_demo=True).exists():
            raise CommandError("Bulletins need the people of the demonstration: run manage.py load_demo first.")
        if made := load_what_rests_on_figures(times.today()):
            self.stdout.write(f"{made} bulletins loaded.")
