from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "coordination.playbooks"
    default_auto_field = "django.db.models.BigAutoField"
