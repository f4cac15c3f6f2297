from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "coordination.insight.read_log"
    default_auto_field = "django.db.models.BigAutoField"
