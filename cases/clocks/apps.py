from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "cases.clocks"
    default_auto_field = "django.db.models.BigAutoField"
