from django.apps import AppConfig


class BriefingConfig(AppConfig):
    name = "coordination.briefing"
    default_auto_field = "django.db.models.BigAutoField"
