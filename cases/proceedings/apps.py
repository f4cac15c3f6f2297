from django.apps import AppConfig


class ProceedingsConfig(AppConfig):
    name = "cases.proceedings"
    default_auto_field = "django.db.models.BigAutoField"
