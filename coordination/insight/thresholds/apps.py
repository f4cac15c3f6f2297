from django.apps import AppConfig


class ThresholdsConfig(AppConfig):
    name = "coordination.insight.thresholds"
    default_auto_field = "django.db.models.BigAutoField"
