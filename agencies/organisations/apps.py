from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies.organisations"
    default_auto_field = "django.db.models.BigAutoField"
