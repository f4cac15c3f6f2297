from io import StringIO
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_migrate

from coordination.config.database import SQLITE


class CoordinationConfig(AppConfig):
    """The wiring itself: commands, static files, the language catalogue."""

    name = "coordination.config"

    def ready(self) -> None:
        post_migrate.connect(grant_after_migrating, sender=self)


def grant_after_migrating(**kwargs: Any) -> None:
    """The last application of all: new tables have no rights for the application's role yet."""
    if settings.RUNS_AS_OWNER and settings.DATABASES["default"]["ENGINE"] != SQLITE:
        call_command("grant_application_role", stdout=StringIO())
