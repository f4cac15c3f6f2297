from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "coordination.corrections"
    default_auto_field = "django.db.models.BigAutoField"
