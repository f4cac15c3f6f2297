from django.apps import AppConfig


class DirectionsConfig(AppConfig):
    name = "coordination.directions"
    default_auto_field = "django.db.models.BigAutoField"
