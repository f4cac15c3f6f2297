from django.apps import AppConfig


class TypicalCasesConfig(AppConfig):
    name = "coordination.insight.typical_cases"
    default_auto_field = "django.db.models.BigAutoField"
