from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "coordination.exchange.notes"
    default_auto_field = "django.db.models.BigAutoField"
