from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "cases.papers"
    default_auto_field = "django.db.models.BigAutoField"
