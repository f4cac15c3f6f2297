from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "coordination.automation.playbooks"
    default_auto_field = "django.db.models.BigAutoField"
