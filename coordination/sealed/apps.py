from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "coordination.sealed"
    default_auto_field = "django.db.models.BigAutoField"
