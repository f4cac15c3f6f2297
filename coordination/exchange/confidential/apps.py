from django.apps import AppConfig


class ConfidentialConfig(AppConfig):
    name = "coordination.exchange.confidential"
    default_auto_field = "django.db.models.BigAutoField"
