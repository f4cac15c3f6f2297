from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "coordination.workspace.form_drafts"
    default_auto_field = "django.db.models.BigAutoField"
