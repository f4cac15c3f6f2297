from django.apps import AppConfig


class MachinesConfig(AppConfig):
    name = "agencies.machines"
    default_auto_field = "django.db.models.BigAutoField"
