from django.apps import AppConfig


class SavedConfig(AppConfig):
    name = "coordination.saved"
    default_auto_field = "django.db.models.BigAutoField"
