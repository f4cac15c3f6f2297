from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "coordination.insight.metrics"
    default_auto_field = "django.db.models.BigAutoField"
