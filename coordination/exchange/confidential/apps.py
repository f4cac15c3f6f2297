from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "coordination.exchange.confidential"
    default_auto_field = "django.db.models.BigAutoField"
