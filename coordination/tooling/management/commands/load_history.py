"""`manage.py load_history`: puts a year of closed matters behind the demonstration. Idempotent."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.kernel import times
from agencies.people.models import User
from coordination.tooling.demo.history import load_history


class Command(BaseCommand):
    help = "Load a year of closed matters behind the demonstration, for its figures. Not in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or settings.TRAINING:
            raise CommandError("The history belongs to the demonstration only.")
        if not User.objects.filter(is_demo=True).exists():
            raise CommandError("The history needs the people of the demonstration: run manage.py load_demo first.")
        made = load_history(now=times.now())
        if made:
            self.stdout.write(f"{made} closed matters of the past year loaded.")
