from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "coordination.messaging.outcomes"
    default_auto_field = "django.db.models.BigAutoField"
