from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from agencies.people.demo import load_demo_users
from coordination.config import secrets
from coordination.tooling.training.staging import refuse_elsewhere, stage_all

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """Idempotent; the matter being practised on is left unchanged."""

    help = "Prepares a training system: accounts for every role, a practice matter for each course."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_elsewhere()
        except ImproperlyConfigured as no:
            raise CommandError(str(no)) from no
        password = secrets.obtain("DEMO_PASSWORD", folder=settings.DATA_DIR, size=PASSWORD_BYTES)
        people = load_demo_users(password)
        made = stage_all()
        names = ", ".join(person.username for person in people)
        self.stdout.write(f"{made} practice matters created. Sign in with the password {password} as one of: {names}")
