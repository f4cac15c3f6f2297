from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "cases.intake"
    default_auto_field = "django.db.models.BigAutoField"
