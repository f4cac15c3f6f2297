from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "coordination.insight.search"
    default_auto_field = "django.db.models.BigAutoField"
