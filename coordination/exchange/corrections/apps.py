from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "coordination.exchange.corrections"
    default_auto_field = "django.db.models.BigAutoField"
