from django.apps import AppConfig


class ConferencesConfig(AppConfig):
    name = "coordination.exchange.conferences"
    default_auto_field = "django.db.models.BigAutoField"
