from django.apps import AppConfig


class BriefingConfig(AppConfig):
    name = "coordination.insight.briefing"
    default_auto_field = "django.db.models.BigAutoField"
