from io import StringIO
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_migrate

from coordination.config.database import SQLITE


class CoordinationConfig(AppConfig):
    """The project itself: fills the register of resources, and grants the application its rights after migrating."""

    name = "coordination.config"

    def ready(self) -> None:
        from coordination.resources import register  # with the nouns' models, which are loaded by now

        register()
        post_migrate.connect(grant_after_migrating, sender=self)


def grant_after_migrating(**kwargs: Any) -> None:
    """Runs after all other apps, so that the application role gets rights on new tables."""
    if settings.RUNS_AS_OWNER and settings.DATABASES["default"]["ENGINE"] != SQLITE:
        call_command("grant_application_role", stdout=StringIO())
