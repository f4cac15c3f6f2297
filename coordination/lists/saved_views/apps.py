from django.apps import AppConfig


class SavedConfig(AppConfig):
    name = "coordination.lists.saved_views"
    default_auto_field = "django.db.models.BigAutoField"
