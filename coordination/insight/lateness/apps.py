from django.apps import AppConfig

from agencies.kernel.work import Projection, register_projection


class LatenessConfig(AppConfig):
    name = "coordination.insight.lateness"
    label = "late"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .summing import differing, rebuild

        register_projection("late", Projection(rebuild, differing))
